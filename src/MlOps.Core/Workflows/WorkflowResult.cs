namespace MlOps.Workflows;

/// <summary>What became of a workflow.</summary>
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

    /// <summary>Gets what became of each step, in the order in which they run.</summary>
    public IReadOnlyList<StepResult> Steps { get; }

    /// <summary>Gets why the work was stopped by one of its steps, such as a gate.</summary>
    /// <value><see langword="null"/> if it was not.</value>
    public string? StopReason => Steps.Select(static result => result.Outputs.StopReason).FirstOrDefault(static reason => reason is not null);

    /// <summary>Gets what became of a step.</summary>
    /// <param name="step">The step's name.</param>
    /// <exception cref="ArgumentException">The workflow has no such step.</exception>
    public StepResult this[string step] => Steps.FirstOrDefault(result => result.Step.Name == step)
        ?? throw new ArgumentException($"The workflow '{Workflow.Name}' has no step '{step}'. It has {string.Join(", ", Steps.Select(static result => $"'{result.Step.Name}'"))}.", nameof(step));

    /// <summary>Draws the steps, what they depend on and what became of them.</summary>
    /// <returns>A flowchart in Mermaid.</returns>
    public string ToMermaid() => WorkflowText.Draw(Steps, hasRun: true);

    /// <summary>Tells it in a line for the whole and one for each step.</summary>
    /// <returns>The text, which ends with a line feed.</returns>
    public override string ToString() => WorkflowText.Tell(this);
}
