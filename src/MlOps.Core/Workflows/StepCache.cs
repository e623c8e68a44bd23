using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>Stores the outputs of completed steps and restores them in later runs.</summary>
/// <remarks>
/// Thread-safe. If an entry cannot be read, the step runs again. If several processes run the same step at the same time, each adds an entry, and the
/// latest entry is used.
/// </remarks>
internal sealed partial class StepCache(IArtifactStore store, ContentStore content, StepRecords records, ILogger logger)
{
    /// <summary>Finds the latest completion of a step.</summary>
    /// <remarks>A step that never completed costs one request, and one for the store marker. A completed step costs two requests.</remarks>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="key">The digest of the key of the step.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The latest event, or <see langword="null"/> if there is no readable event.</returns>
    public async Task<StepEvent?> FindAsync(string experiment, Sha256Digest key, CancellationToken cancellationToken)
    {
        try
        {
            using var log = records.OpenLog(experiment, key);
            var newest = await log.ReadLastAsync(cancellationToken).ConfigureAwait(false);
            return newest is { Kind: StepEventKind.Completed, Manifest: not null } ? newest : null;
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            LogUnreadable(key, exception);
            return null;
        }
    }

    /// <summary>Restores the output files of a step.</summary>
    /// <returns>The outputs, or <see langword="null"/> if the store has damaged or missing outputs.</returns>
    public async Task<StepOutputs?> TryRestoreAsync(StepEvent completed, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var outputs = await StepManifest.ReadAsync(content, completed.Manifest!.Value, cancellationToken).ConfigureAwait(false);
            await content.RestoreAsync(outputs.Files, folder, cancellationToken: cancellationToken).ConfigureAwait(false);
            return outputs;
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException or ArtifactNotFoundException)
        {
            LogDamaged(completed.Step!, completed.RunId!, exception);
            return null;
        }
    }

    /// <summary>Stores the outputs of a step and records its completion.</summary>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="key">The digest of the key of the step.</param>
    /// <param name="completed">The event to record.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="folder">The folder with the output files.</param>
    /// <param name="isRepair">Whether the store has damaged outputs of the step, which are overwritten.</param>
    /// <param name="cancellationToken">Cancels the transfer. No event is recorded then.</param>
    public async Task AddAsync(
        string experiment, Sha256Digest key, StepEvent completed, StepOutputs outputs, string folder, bool isRepair, CancellationToken cancellationToken)
    {
        var write = await content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var stored = await write.AddFilesAsync([folder], progress: null, cancellationToken).ConfigureAwait(false);
        var expected = outputs.Files.Select(static file => (file.Path, file.Sha256));
        if (!stored.Select(static file => (file.Path, file.Sha256)).ToHashSet().SetEquals(expected))
        {
            throw new InvalidOperationException(
                $"The files of the step '{completed.Step}' in '{folder}' were changed after its function returned, so its outputs are not cached. "
                + "Await all background work in the function.");
        }

        await write.AddDocumentAsync(new StepManifest { Outputs = outputs }, WorkflowJson.Default.StepManifest, cancellationToken).ConfigureAwait(false);
        if (isRepair)
        {
            await RepairAsync(outputs, folder, cancellationToken).ConfigureAwait(false);
        }

        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        using var log = records.OpenLog(experiment, key);
        try
        {
            await log.AppendAsync(_ => completed, records.DefaultActor, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            LogNotCached(completed.Step!, exception);
        }
    }

    /// <summary>Overwrites the damaged content in the store, which other versions and runs may reference too.</summary>
    private async Task RepairAsync(StepOutputs outputs, string folder, CancellationToken cancellationToken)
    {
        foreach (var file in outputs.Files)
        {
            var source = File.OpenRead(Path.Combine([folder, .. file.Path.Split('/')]));
            await using var _ = source.ConfigureAwait(false);
            await OverwriteAsync(file.Sha256, source, ArtifactWriteOptions.DefaultContentType, cancellationToken).ConfigureAwait(false);
        }

        using var manifest = new MemoryStream(StepManifest.Serialize(outputs), writable: false);
        await OverwriteAsync(StepManifest.DigestOf(outputs), manifest, StoredDocument.ContentType, cancellationToken).ConfigureAwait(false);
    }

    private Task<ArtifactWriteResult> OverwriteAsync(Sha256Digest digest, Stream bytes, string contentType, CancellationToken cancellationToken)
    {
        var options = new ArtifactWriteOptions { ExpectedSha256 = digest, ContentType = contentType };
        return store.WriteAsync(ContentStore.PathOf(digest), bytes, options, cancellationToken);
    }

    [LoggerMessage(560, LogLevel.Warning, "The outputs of step '{Step}' from run '{RunId}' are damaged in the store. The step runs again.")]
    private partial void LogDamaged(string step, string runId, Exception exception);

    [LoggerMessage(561, LogLevel.Warning, "The event log of the step with the key {Key} cannot be read. The step runs again.")]
    private partial void LogUnreadable(Sha256Digest key, Exception exception);

    [LoggerMessage(562, LogLevel.Warning,
        "The outputs of step '{Step}' cannot be cached, because its event log is damaged. The step will run again. "
        + "Restore the event log from a copy, or change the code version of the step.")]
    private partial void LogNotCached(string step, Exception exception);
}
