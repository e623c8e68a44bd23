using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>What became of a step in one run of its workflow.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class StepResult
{
    /// <summary>Gets the step.</summary>
    public required WorkflowStep Step { get; init; }

    /// <summary>Gets what became of it.</summary>
    public required StepStatus Status { get; init; }

    /// <summary>Gets how long it took this time: the work, or the restoring.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Gets the reason why it failed, was skipped, ran although nothing shows that it changed, or changed nothing.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets what it has made.</summary>
    /// <value>Empty unless it ran or was restored.</value>
    public StepOutputs Outputs { get; init; } = new();

    /// <summary>Gets the identifier of the run that it ran in.</summary>
    /// <value>That of an earlier run if it was restored; <see langword="null"/> if it never ran.</value>
    public string? RunId { get; init; }

    /// <summary>Gets what it depended on.</summary>
    /// <value><see langword="null"/> if that was not looked at.</value>
    internal StepKey? Key { get; init; }

    /// <summary>Gets what stands for the outputs where other steps depend on them.</summary>
    internal Sha256Digest OutputDigest { get; init; }
}
