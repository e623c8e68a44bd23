namespace MlOps.Workflows;

/// <summary>The result of a workflow run.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class WorkflowResult
{
    internal WorkflowResult(Workflow workflow, IReadOnlyList<StepResult> steps)
    {
        Workflow = workflow;
        Steps = steps;
    }

    /// <summary>Gets the workflow.</summary>
    public Workflow Workflow { get; }

    /// <summary>Gets the result of each step, in the order of execution.</summary>
    public IReadOnlyList<StepResult> Steps { get; }

    /// <summary>Gets the reason why a step, such as a gate, stopped the workflow.</summary>
    /// <value><see langword="null"/> if no step stopped the workflow.</value>
    public string? StopReason => Steps.Select(static result => result.Outputs.StopReason).FirstOrDefault(static reason => reason is not null);

    /// <summary>Gets the result of a step.</summary>
    /// <param name="step">The name of the step.</param>
    /// <exception cref="ArgumentException">The workflow has no such step.</exception>
    public StepResult this[string step] => Steps.FirstOrDefault(result => result.Step.Name == step) ?? throw new ArgumentException(
        $"The workflow '{Workflow.Name}' has no step '{step}'. "
        + $"Use one of its steps: {string.Join(", ", Steps.Select(static result => $"'{result.Step.Name}'"))}.",
        nameof(step));

    /// <summary>Draws the steps, their dependencies and their status as a Mermaid flowchart.</summary>
    /// <returns>The flowchart.</returns>
    public string ToMermaid() => WorkflowFormatter.ToMermaid(Steps, hasRun: true);

    /// <summary>Formats the result as a table of the steps with status, duration and reason.</summary>
    /// <returns>The text, which ends with a line feed.</returns>
    public override string ToString() => WorkflowFormatter.ToTable(this);
}
