using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>A log has other events at the target of a migration than at its source: something was recorded at the target by itself.</summary>
/// <remarks>Nothing of the log was overwritten, and no event of it was copied in this run from the number named on.</remarks>
/// <param name="log">The folder of the log, such as <c>models/churn</c>.</param>
/// <param name="sequence">The number of an event that differs; earlier ones may differ too.</param>
public sealed class LogsDivergedException(ArtifactPath log, long sequence)
    : MlOpsException(
        $"The log '{log}' has another event {sequence} at the target than at the source, so something was recorded at the target by itself. Nothing of it was overwritten. "
        + "Decide which of the two logs is right: delete the other folder, or migrate to an empty store.")
{
    /// <summary>Gets the folder of the log, such as <c>models/churn</c>.</summary>
    public ArtifactPath Log { get; } = log;

    /// <summary>Gets the number of an event that differs; earlier ones may differ too.</summary>
    public long Sequence { get; } = sequence;
}
