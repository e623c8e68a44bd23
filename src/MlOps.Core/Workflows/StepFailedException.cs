namespace MlOps.Workflows;

/// <summary>The exception that is thrown when a step of a workflow fails. <see cref="Exception.InnerException"/> is the cause.</summary>
/// <param name="workflow">The name of the workflow.</param>
/// <param name="step">The name of the step.</param>
/// <param name="cause">The exception of the step.</param>
public sealed class StepFailedException(string workflow, string step, Exception cause) : MlOpsException(
    $"The step '{step}' of the workflow '{workflow}' failed: {EndSentence(cause?.Message)} "
    + "Fix the cause and run the workflow again. The steps that completed before it are restored.",
    cause)
{
    /// <summary>Gets the name of the workflow.</summary>
    public string Workflow { get; } = workflow;

    /// <summary>Gets the name of the step.</summary>
    public string Step { get; } = step;

    private static string? EndSentence(string? text) => text is null || text.EndsWith('.') ? text : text + ".";
}
