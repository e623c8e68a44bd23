using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The summaries of the runs of an experiment that no table has yet: one artifact for each run.</summary>
/// <remarks>
/// <para>The path names the last event that the summary has, so that whoever puts summaries into a table deletes exactly what was read, and never the newer one
/// that a writer has put there meanwhile.</para>
/// <para>The summary of a run under way says that its log may be newer. Whoever changes another run markers it before, and removes the marker after the summary is
/// written. So whoever lists the summaries knows of every run whose log may be newer.</para>
/// </remarks>
internal sealed partial class RunSummaries(IArtifactStore store, string experiment, ILogger logger)
{
    private const int MaxSize = 16 << 20;
    private const string Extension = ".json";
    private const string MarkerExtension = ".change";
    private readonly ArtifactPath _folder = TrackingPaths.Summaries(experiment);

    /// <summary>Writes the summary of a run and deletes the older ones.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="replaced">The number of the event that the last known summary of the run has; <see langword="null"/> to look for older ones.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
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

    /// <summary>Markers a run whose log is about to change.</summary>
    /// <returns>The marker, which is deleted after the summary of the change was written.</returns>
    public async Task<ArtifactPath> AddMarkerAsync(string runId, CancellationToken cancellationToken)
    {
        var path = _folder.Append($"{runId}/{Guid.NewGuid():N}{MarkerExtension}");
        await store.WriteBytesAsync(path, [], new ArtifactWriteOptions(), cancellationToken).ConfigureAwait(false);
        return path;
    }

    /// <summary>Changes the log of a run that this process does not own: markers the run before, and writes its summary afterwards.</summary>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="change">Appends to the log.</param>
    /// <param name="timeProvider">The clock of summaries.</param>
    /// <param name="cancellationToken">Cancels the call before the change.</param>
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
            isOver = true; // refused, so that nothing was appended
            throw;
        }
        finally
        {
            // A marker that stays is not lost: searches look into the log, and a later compaction deletes it.
            if (isOver)
            {
                await TryDeleteAsync(marker).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes the summary of a change that was recorded. A failure is a warning, since the change is recorded in any case.</summary>
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

    /// <summary>Deletes markers or summaries.</summary>
    public Task DeleteAsync(IEnumerable<ArtifactPath> paths, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        paths, ContentStore.InParallel(cancellationToken), async (path, token) => await store.DeleteAsync(path, token).ConfigureAwait(false));

    /// <summary>Lists the summaries and markers of one run or of all, each run together.</summary>
    public async IAsyncEnumerable<RunSummaryEntry> ListAsync(string? runId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = runId is null ? _folder : _folder.Append(runId);
        await foreach (var entry in store.ListAsync(folder, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path.ToString()[(_folder.ToString().Length + 1)..].Split('/') is not [var id, var name] || !TrackingPaths.IsRunId(id))
            {
                continue; // not one of the library's artifacts
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
    /// <returns>The summary, or <see langword="null"/> if it is damaged or too large; and whether it
    /// is gone, because a newer one or a table has taken its place.</returns>
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

    /// <summary>Reads a run's newest summary.</summary>
    /// <returns>The summary, or <see langword="null"/> if there is none, or it cannot be read.</returns>
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

    private ArtifactPath PathOf(string runId, long sequence) => _folder.Append(string.Create(CultureInfo.InvariantCulture, $"{runId}/{sequence:D20}{Extension}"));

    [LoggerMessage(469, LogLevel.Warning,
        "The summary of a change of run '{Run}' could not be written. The change is recorded. Searches read the log of the run, which is slower.")]
    private partial void LogNotSummarized(string run, Exception exception);

    [LoggerMessage(470, LogLevel.Debug, "The marker '{Path}' of a change of a run could not be deleted. A later compaction deletes it.")]
    private partial void LogMarkerNotDeleted(ArtifactPath path, Exception exception);

    [LoggerMessage(457, LogLevel.Warning,
        "The summary '{Path}' of a run cannot be read. Searches read the log of the run, which is slower. Change or resume the run, which "
        + "writes a new summary.")]
    private partial void LogUnreadable(ArtifactPath path, Exception exception);
}
