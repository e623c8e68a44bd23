using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>The exception that is thrown when a log contains different events at the source and the target of a migration, because a change was recorded at
/// the target.</summary>
/// <remarks>No event at the target was overwritten. No event of the log from the reported sequence number on was copied in this run.</remarks>
public sealed class LogsDivergedException : MlOpsException
{
    internal LogsDivergedException(ArtifactPath log, long sequence)
        : base(
            $"Event {sequence} of the log '{log}' differs between the source and the target, because a change was recorded at the target. "
            + "Nothing was overwritten. Delete the folder that contains the wrong log, or migrate to an empty store.") =>
        (Log, Sequence) = (log, sequence);

    /// <summary>Gets the folder of the log, such as <c>models/churn</c>.</summary>
    public ArtifactPath Log { get; }

    /// <summary>Gets the sequence number of an event that differs. Earlier events may differ too.</summary>
    public long Sequence { get; }
}
