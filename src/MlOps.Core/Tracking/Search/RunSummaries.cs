using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The summaries of an experiment's runs that no index has yet: one artifact for each run.</summary>
/// <remarks>
/// The path names the last event that the summary has, so that whoever puts summaries into an index deletes exactly what it has read, and never the
/// newer one that a writer has put there meanwhile.
/// </remarks>
internal sealed partial class RunSummaries(IArtifactStore store, string experiment, ILogger logger)
{
    private const int MaxSize = 16 << 20;
    private const string Extension = ".json";
    private readonly ArtifactPath _folder = TrackingPaths.Summaries(experiment);

    /// <summary>Writes a run's summary and deletes the older ones.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="replaced">The number of the event that the run's last known summary has; <see langword="null"/> to look for older ones.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task WriteAsync(RunSummary summary, long? replaced, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(summary, TrackingJson.Default.RunSummary);
        var options = new ArtifactWriteOptions { ContentType = StoredDocument.ContentType };
        await store.WriteBytesAsync(PathOf(summary.Id, summary.Sequence), bytes, options, cancellationToken).ConfigureAwait(false);
        var older = replaced is { } sequence
            ? (sequence < summary.Sequence ? [PathOf(summary.Id, sequence)] : [])
            : await ListAsync(summary.Id, cancellationToken).Where(entry => entry.Sequence < summary.Sequence).Select(static entry => entry.Path)
                .ToListAsync(cancellationToken).ConfigureAwait(false);
        foreach (var path in older)
        {
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lists the summaries there are, of one run or of all.</summary>
    public async IAsyncEnumerable<(string Id, long Sequence, ArtifactPath Path, string ETag)> ListAsync(
        string? runId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var folder = runId is null ? _folder : _folder.Append(runId);
        await foreach (var entry in store.ListAsync(folder, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path.ToString()[(_folder.ToString().Length + 1)..].Split('/') is [var id, var name]
                && TrackingPaths.IsRunId(id)
                && name.EndsWith(Extension, StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(0, name.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            {
                yield return (id, sequence, entry.Path, entry.ETag);
            }
        }
    }

    /// <summary>Reads a summary.</summary>
    /// <returns>The summary, or <see langword="null"/> if it is damaged or too large; and whether it is gone, because a newer one or a table has taken its place.</returns>
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
        while (await ListAsync(runId, cancellationToken).LastOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { Path: not null } newest)
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

    [LoggerMessage(457, LogLevel.Warning, "The summary '{Path}' cannot be read, so searches miss the run. Change or resume the run, which writes a new one.")]
    private partial void LogUnreadable(ArtifactPath path, Exception exception);
}
