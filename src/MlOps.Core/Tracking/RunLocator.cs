using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Finds the experiment of a run.</summary>
/// <remarks>Thread-safe. A document for each run, which is written before the run starts, names the experiment. Runs of early versions of
/// the library have no document; the first request for such a run searches all experiments and writes the document.</remarks>
internal sealed partial class RunLocator(IArtifactStore store, TimeProvider timeProvider, ILogger logger)
{
    private const int MaxSize = 1 << 14;
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Writes the document of a run that is about to start.</summary>
    public async Task WriteAsync(string runId, string experiment, CancellationToken cancellationToken)
    {
        var document = new RunLocationDocument { Format = StoredDocument.Format, Experiment = experiment };
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, TrackingJson.Default.RunLocationDocument);
        var options = new ArtifactWriteOptions { ContentType = StoredDocument.ContentType };
        await store.WriteBytesAsync(TrackingPaths.RunLocation(runId), bytes, options, cancellationToken).ConfigureAwait(false);
        _known[runId] = experiment;
    }

    /// <summary>Finds the experiment of a run.</summary>
    /// <returns>The name of the experiment, or <see langword="null"/> if the run does not exist.</returns>
    public async Task<string?> FindAsync(string runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(runId);
        if (!TrackingPaths.IsRunId(runId))
        {
            return null;
        }

        if (_known.TryGetValue(runId, out var known))
        {
            return known;
        }

        var experiment = await TryReadAsync(runId, cancellationToken).ConfigureAwait(false);
        return experiment is null ? await ScanAsync(runId, cancellationToken).ConfigureAwait(false) : _known[runId] = experiment;
    }

    private async Task<string?> TryReadAsync(string runId, CancellationToken cancellationToken)
    {
        var path = TrackingPaths.RunLocation(runId);
        try
        {
            if (await StoredDocument.TryReadAsync(store, path, MaxSize, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                return null;
            }

            await StoreMarker.Of(store).EnsureReadAsync(timeProvider, cancellationToken).ConfigureAwait(false);
            var experiment = StoredDocument.Parse(path, bytes, TrackingJson.Default.RunLocationDocument).Experiment;
            return RecordText.IsRecordName(experiment)
                ? experiment
                : throw new DocumentFormatException(path, $"'{RecordText.Shorten(experiment)}' is not a valid name of an experiment.");
        }
        catch (MlOpsException exception) when (exception is DocumentFormatException or ArtifactIntegrityException)
        {
            LogDamaged(path, exception);
            return null;
        }
    }

    private async Task<string?> ScanAsync(string runId, CancellationToken cancellationToken)
    {
        await foreach (var name in RecordFolders.ListNamesAsync(store, TrackingPaths.Experiments, cancellationToken).ConfigureAwait(false))
        {
            if (await store.FindAsync(EventPath.Of(TrackingPaths.Run(name, runId), 1), cancellationToken).ConfigureAwait(false) is null)
            {
                continue;
            }

            _known[runId] = name;
            try
            {
                // The run may also be missing from the index, if a process of an early version stopped before it wrote a summary.
                await new RunSummaries(store, name, logger).AddMarkerAsync(runId, cancellationToken).ConfigureAwait(false);
                await WriteAsync(runId, name, cancellationToken).ConfigureAwait(false);
            }
            catch (MlOpsException exception)
            {
                LogNotWritten(runId, exception);
            }

            return name;
        }

        return null;
    }

    [LoggerMessage(478, LogLevel.Warning,
        "The document '{Path}', which names the experiment of a run, cannot be read. All experiments are searched for the run, and the document is rewritten.")]
    private partial void LogDamaged(ArtifactPath path, Exception exception);

    [LoggerMessage(479, LogLevel.Information,
        "The document that names the experiment of run '{Run}' could not be written. Each process searches all experiments for the run.")]
    private partial void LogNotWritten(string run, Exception exception);
}
