using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The summaries of the runs of an experiment that are not yet in an index table. Each summary is one artifact.</summary>
/// <remarks>
/// <para>The path contains the number of the last event of the summary. Therefore a process that moves summaries to a table deletes only
/// the summaries that it read, and not a newer summary that was written at the same time.</para>
/// <para>The log of a run in progress may be newer than its summary. A process that changes another run first writes a change marker, and
/// deletes the marker after it has written the summary. Therefore a listing of summaries and markers shows every run whose log may be
/// newer.</para>
/// </remarks>
internal sealed partial class RunSummaries(IArtifactStore store, string experiment, ILogger logger)
{
    private const int MaxSize = 16 << 20;
    private const string Extension = ".json";
    private const string MarkerExtension = ".change";
    private readonly ArtifactPath _folder = TrackingPaths.Summaries(experiment);

    /// <summary>Writes the summary of a run and deletes older summaries.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="replaced">The sequence number of the previous summary; <see langword="null"/> to search for older summaries.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    public async Task WriteAsync(RunSummary summary, long? replaced, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(summary, TrackingJson.Default.RunSummary);
        var options = new ArtifactWriteOptions { ContentType = StoredDocument.ContentType };
        await store.WriteBytesAsync(PathOf(summary.Id, summary.Sequence), bytes, options, cancellationToken).ConfigureAwait(false);
        var older = replaced is { } sequence
            ? (sequence < summary.Sequence ? [PathOf(summary.Id, sequence)] : [])
            : await ListAsync(summary.Id, cancellationToken).Where(entry => !entry.IsMarker && entry.Sequence < summary.Sequence)
                .Select(static entry => entry.Path).ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var path in older)
        {
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a change marker for a run whose log is about to change.</summary>
    /// <returns>The path of the marker. The caller deletes the marker after the summary is written.</returns>
    public async Task<ArtifactPath> AddMarkerAsync(string runId, CancellationToken cancellationToken)
    {
        var path = _folder.Append($"{runId}/{Guid.NewGuid():N}{MarkerExtension}");
        await store.WriteBytesAsync(path, [], new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
        return path;
    }

    /// <summary>Changes the log of a run that this process does not own. Writes a change marker before the change and the summary after
    /// it.</summary>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="change">A function that appends to the log.</param>
    /// <param name="timeProvider">The clock for the time of the summary.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change.</param>
    /// <returns>The log after the change.</returns>
    public async Task<LogSnapshot<RunState>> ChangeAsync(
        string runId, Func<Task<LogSnapshot<RunState>>> change, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var marker = await AddMarkerAsync(runId, cancellationToken).ConfigureAwait(false);
        var isOver = false;
        try
        {
            var after = await change().ConfigureAwait(false);
            isOver = await TrySummarizeAsync(runId, after, timeProvider).ConfigureAwait(false);
            return after;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or RunInUseException or RunNotFoundException)
        {
            isOver = true; // the change was rejected, so the log is unchanged
            throw;
        }
        finally
        {
            // A remaining marker makes searches read the log. A later compaction deletes the marker.
            if (isOver)
            {
                await TryDeleteAsync(marker).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the summary after a change was recorded. Failures are only logged, because the change is already recorded.</summary>
    private async Task<bool> TrySummarizeAsync(string runId, LogSnapshot<RunState> after, TimeProvider timeProvider)
    {
        try
        {
            var isOwned = after.State is { Status: RunStatus.Running, IsShared: false };
            var before = isOwned ? await FindAsync(runId, CancellationToken.None).ConfigureAwait(false) : null;
            var state = before is null ? after.State : after.State.WithMetricsOf(before.State);
            var summary = RunSummary.Of(runId, after.Sequence, state, before?.Time ?? timeProvider.GetUtcNow(), before?.AliveUntil);
            await WriteAsync(summary, replaced: null, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (MlOpsException exception)
        {
            LogNotSummarized(runId, exception);
            return false;
        }
    }

    private async Task TryDeleteAsync(ArtifactPath marker)
    {
        try
        {
            await store.DeleteAsync(marker, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogMarkerNotDeleted(marker, exception);
        }
    }

    /// <summary>Deletes change markers and summaries.</summary>
    public Task DeleteAsync(IEnumerable<ArtifactPath> paths, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        paths, ContentStore.InParallel(cancellationToken), async (path, token) => await store.DeleteAsync(path, token).ConfigureAwait(false));

    /// <summary>Lists the summaries and change markers of one run or of all runs, grouped by run.</summary>
    public async IAsyncEnumerable<RunSummaryEntry> ListAsync(string? runId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = runId is null ? _folder : _folder.Append(runId);
        await foreach (var entry in store.ListAsync(folder, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path.ToString()[(_folder.ToString().Length + 1)..].Split('/') is not [var id, var name] || !TrackingPaths.IsRunId(id))
            {
                continue; // not an artifact of the library
            }

            if (name.EndsWith(MarkerExtension, StringComparison.Ordinal))
            {
                yield return new RunSummaryEntry(id, 0, entry.Path, entry.ETag, entry.LastModified, IsMarker: true);
            }
            else if (name.EndsWith(Extension, StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(0, name.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                yield return new RunSummaryEntry(id, sequence, entry.Path, entry.ETag, entry.LastModified, IsMarker: false);
            }
        }
    }

    /// <summary>Reads a summary.</summary>
    /// <returns>The summary, or <see langword="null"/> if it is damaged or too large; and a value indicating whether it no longer exists,
    /// because a newer summary or a table replaced it.</returns>
    public async Task<(RunSummary? Summary, bool IsGone)> ReadAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return await StoredDocument.TryReadAsync(store, path, MaxSize, cancellationToken).ConfigureAwait(false) is { } bytes
                ? (StoredDocument.Parse(path, bytes, TrackingJson.Default.RunSummary).WithShortTexts(), false)
                : (null, true);
        }
        catch (ArtifactConflictException)
        {
            return (null, true);
        }
        catch (Exception exception) when (exception is DocumentFormatException or ArtifactIntegrityException)
        {
            LogUnreadable(path, exception);
            return (null, false);
        }
    }

    /// <summary>Reads the newest summary of a run.</summary>
    /// <returns>The summary, or <see langword="null"/> if it does not exist or cannot be read.</returns>
    public async Task<RunSummary?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        var summaries = ListAsync(runId, cancellationToken).Where(static entry => !entry.IsMarker);
        while (await summaries.LastOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } newest)
        {
            var (summary, isGone) = await ReadAsync(newest.Path, cancellationToken).ConfigureAwait(false);
            if (!isGone)
            {
                return summary;
            }
        }

        return null;
    }

    private ArtifactPath PathOf(string runId, long sequence) =>
        _folder.Append(string.Create(CultureInfo.InvariantCulture, $"{runId}/{sequence:D20}{Extension}"));

    [LoggerMessage(469, LogLevel.Warning,
        "A change of run '{Run}' was recorded, but the summary could not be written. Searches read the log of the run, which is slower. "
        + "Check the access to the store.")]
    private partial void LogNotSummarized(string run, Exception exception);

    [LoggerMessage(470, LogLevel.Debug, "The change marker '{Path}' could not be deleted. A later compaction deletes the marker.")]
    private partial void LogMarkerNotDeleted(ArtifactPath path, Exception exception);

    [LoggerMessage(457, LogLevel.Warning,
        "The summary '{Path}' of a run cannot be read. Searches read the log of the run, which is slower. Change or resume the run to write a new summary.")]
    private partial void LogUnreadable(ArtifactPath path, Exception exception);
}
