using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>The result of a step in one run of its workflow.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class StepResult
{
    internal StepResult(WorkflowStep step, StepStatus status)
    {
        Step = step;
        Status = status;
    }

    /// <summary>Gets the step.</summary>
    public WorkflowStep Step { get; }

    /// <summary>Gets the status of the step.</summary>
    public StepStatus Status { get; }

    /// <summary>Gets the time that the execution of the step took, or the time that restoring its outputs took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Gets the reason for the status.</summary>
    /// <value>
    /// The error of a failed step, the reason for skipping a step, the reason why the outputs of an executed step cannot be restored later, or a remark about
    /// a step that changed nothing; otherwise <see langword="null"/>.
    /// </value>
    public string? Reason { get; internal init; }

    /// <summary>Gets the outputs.</summary>
    /// <value>Empty unless the step ran or was restored.</value>
    public StepOutputs Outputs { get; internal init; } = new();

    /// <summary>Gets the identifier of the run in which the step was executed.</summary>
    /// <value>An earlier run if the step was restored; <see langword="null"/> if the step was not executed.</value>
    public string? RunId { get; internal init; }

    /// <summary>Gets the inputs, parameters and code of the step.</summary>
    /// <value><see langword="null"/> if the step was not reached.</value>
    internal StepKey? Key { get; init; }

    /// <summary>Gets the digest of the outputs, which is part of the keys of dependent steps.</summary>
    internal Sha256Digest OutputDigest { get; init; }
}
