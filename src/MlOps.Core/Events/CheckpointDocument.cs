using MlOps.Storage;

namespace MlOps.Events;

/// <summary>The fold of a log up to some event: a cache that bounds replay, and may be deleted at any time.</summary>
/// <typeparam name="TState">What the log folds to.</typeparam>
internal sealed class CheckpointDocument<TState>
{
    public required int Format { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Gets the digest of the event with that number.</summary>
    public required Sha256Digest Digest { get; init; }

    public required TState State { get; init; }
}
