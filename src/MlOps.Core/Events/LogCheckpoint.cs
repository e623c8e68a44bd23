using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Reads and writes the checkpoint of a log. A checkpoint is a cache of the state.</summary>
/// <param name="store">The store.</param>
/// <param name="path">The path of the checkpoint.</param>
/// <param name="type">The JSON metadata of checkpoints.</param>
/// <param name="logger">The logger for checkpoints that cannot be written.</param>
internal sealed partial class LogCheckpoint<TState>(IArtifactStore store, ArtifactPath path, JsonTypeInfo<CheckpointDocument<TState>> type, ILogger logger)
{
    private const int MaxSize = 256 << 20;

    /// <summary>Gets the path of the checkpoint.</summary>
    public ArtifactPath Path => path;

    /// <summary>Writes the checkpoint of a state. Best effort; failures are logged. The call cannot be canceled, because the event is already
    /// recorded.</summary>
    public async Task WriteAsync(LogSnapshot<TState> snapshot)
    {
        var document = new CheckpointDocument<TState>
        {
            Format = StoredDocument.Format,
            Sequence = snapshot.Sequence,
            Digest = snapshot.Digest!.Value,
            State = snapshot.State,
        };
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(document, type);
            await store.WriteBytesAsync(Path, bytes, new ArtifactWriteOptions { ContentType = StoredDocument.ContentType }).ConfigureAwait(false);
        }
        catch (MlOpsException exception)
        {
            LogNotWritten(logger, Path, exception);
        }
    }

    /// <summary>Reads the checkpoint.</summary>
    /// <returns>The checkpoint; or <see langword="null"/> and the fault if it cannot be used. Both are <see langword="null"/> if there is no
    /// checkpoint.</returns>
    public async Task<(CheckpointDocument<TState>? Document, MlOpsException? Fault)> TryReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await StoredDocument.TryReadAsync(store, Path, MaxSize, cancellationToken).ConfigureAwait(false);
            var document = bytes is null ? null : StoredDocument.Parse(Path, bytes, type);
            return document is null or { Sequence: > 0, State: not null }
                ? (document, null)
                : (null, new DocumentFormatException(
                    Path, $"its sequence number {document.Sequence} is not valid, or it has no state. Delete it: it is a cache."));
        }
        catch (MlOpsException exception) when (exception is DocumentFormatException or ArtifactIntegrityException or ArtifactConflictException)
        {
            return (null, exception);
        }
    }

    /// <summary>Determines whether the state of a checkpoint equals another state.</summary>
    public bool HasState(CheckpointDocument<TState> checkpoint, TState state)
    {
        var events = new CheckpointDocument<TState> { Format = checkpoint.Format, Sequence = checkpoint.Sequence, Digest = checkpoint.Digest, State = state };
        return JsonElement.DeepEquals(
            JsonSerializer.SerializeToElement(checkpoint, type), JsonSerializer.SerializeToElement(events, type));
    }

    [LoggerMessage(301, LogLevel.Warning,
        "The checkpoint '{Checkpoint}' could not be written. Reading the log from its beginning takes longer until a checkpoint is written.")]
    private static partial void LogNotWritten(ILogger logger, ArtifactPath checkpoint, Exception exception);
}
