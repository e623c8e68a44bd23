namespace MlOps.Workflows;

/// <summary>A step of a workflow failed. Why is in <see cref="Exception.InnerException"/>.</summary>
/// <param name="workflow">The workflow.</param>
/// <param name="step">The step.</param>
/// <param name="cause">Why it failed.</param>
public sealed class StepFailedException(string workflow, string step, Exception cause) : MlOpsException(
    $"The step '{step}' of the workflow '{workflow}' failed: {cause?.Message} What was finished before it is kept: mend the cause and run the workflow again, which goes on from here.", cause)
{
    /// <summary>Gets the workflow.</summary>
    public string Workflow { get; } = workflow;

    /// <summary>Gets the step.</summary>
    public string Step { get; } = step;
}
