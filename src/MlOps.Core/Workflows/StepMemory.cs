using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>Remembers what steps made, in the store.</summary>
/// <remarks>It only spares work: what it cannot read is as good as forgotten, and the step runs again. Thread-safe; processes that run the same step at once both record it, and the later record counts.</remarks>
internal sealed partial class StepMemory(IArtifactStore store, ContentStore content, StepRecords records, ILogger logger)
{
    /// <summary>Looks for a step that ran on the same before.</summary>
    /// <remarks>A step that never ran costs one request, and one for the store marker. A step that ran costs two.</remarks>
    /// <param name="experiment">The experiment.</param>
    /// <param name="key">What the step depends on.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The newest record, or <see langword="null"/> if there is none that can be read.</returns>
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

    /// <summary>Restores the files that a step made.</summary>
    /// <returns>The outputs, or <see langword="null"/> if some of them are damaged or missing.</returns>
    public async Task<StepOutputs?> TryRestoreAsync(StepEvent remembered, string folder, CancellationToken cancellationToken)
    {
        try
        {
            var outputs = await StepManifest.ReadAsync(content, remembered.Manifest!.Value, cancellationToken).ConfigureAwait(false);
            await content.RestoreAsync(outputs.Files, folder, cancellationToken: cancellationToken).ConfigureAwait(false);
            return outputs;
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException or ArtifactNotFoundException)
        {
            LogDamaged(remembered.Step!, remembered.RunId!, exception);
            return null;
        }
    }

    /// <summary>Stores what a step made, and records it.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="key">What the step depended on.</param>
    /// <param name="completed">What to record.</param>
    /// <param name="outputs">What it made.</param>
    /// <param name="folder">Where the files of it are.</param>
    /// <param name="isMending">Whether what is in the store was found to be damaged, so that it counts for nothing that it is there.</param>
    /// <param name="cancellationToken">Cancels the transfer; nothing is recorded then.</param>
    public async Task RecordAsync(
        string experiment, Sha256Digest key, StepEvent completed, StepOutputs outputs, string folder, bool isMending, CancellationToken cancellationToken)
    {
        var write = await content.BeginWriteAsync(cancellationToken).ConfigureAwait(false);
        var stored = await write.AddFilesAsync([folder], progress: null, cancellationToken).ConfigureAwait(false);
        if (!stored.Select(static file => (file.Path, file.Sha256)).ToHashSet().SetEquals(outputs.Files.Select(static file => (file.Path, file.Sha256))))
        {
            throw new InvalidOperationException(
                $"The files of the step '{completed.Step}' in '{folder}' were changed after its function had ended. Nothing is remembered of it. Let the function wait for everything it starts.");
        }

        await write.AddDocumentAsync(new StepManifest { Outputs = outputs }, WorkflowJson.Default.StepManifest, cancellationToken).ConfigureAwait(false);
        if (isMending)
        {
            await MendAsync(outputs, folder, cancellationToken).ConfigureAwait(false);
        }

        await write.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        using var log = records.OpenLog(experiment, key);
        try
        {
            await log.AppendAsync(_ => completed, records.DefaultActor, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            LogNotRemembered(completed.Step!, exception);
        }
    }

    /// <summary>Writes what a step made over what has the same digests in the store: whoever else names these needs the right bytes too.</summary>
    private async Task MendAsync(StepOutputs outputs, string folder, CancellationToken cancellationToken)
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

    private Task<ArtifactWriteResult> OverwriteAsync(Sha256Digest digest, Stream bytes, string contentType, CancellationToken cancellationToken) =>
        store.WriteAsync(ContentStore.PathOf(digest), bytes, new ArtifactWriteOptions { ExpectedSha256 = digest, ContentType = contentType }, cancellationToken);

    [LoggerMessage(560, LogLevel.Warning, "The outputs of the step '{Step}' that run '{RunId}' made are damaged in the store; the step runs again.")]
    private partial void LogDamaged(string step, string runId, Exception exception);

    [LoggerMessage(561, LogLevel.Warning, "The record of the step with the key {Key} cannot be read; the step runs again.")]
    private partial void LogUnreadable(Sha256Digest key, Exception exception);

    [LoggerMessage(562, LogLevel.Warning, "The step '{Step}' ran and cannot be remembered, because its record is damaged; it will run again. Restore the record from a copy, or change the step's code version.")]
    private partial void LogNotRemembered(string step, Exception exception);
}
