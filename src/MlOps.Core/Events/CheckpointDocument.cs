using MlOps.Storage;

namespace MlOps.Events;

/// <summary>The state of a log after an event. A checkpoint is a cache that limits replay, and can be deleted at any time.</summary>
/// <typeparam name="TState">The type of the state.</typeparam>
internal sealed class CheckpointDocument<TState>
{
    public required int Format { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Gets the digest of the event with this sequence number.</summary>
    public required Sha256Digest Digest { get; init; }

    public required TState State { get; init; }
}
