namespace MlOps.Workflows;

/// <summary>Steps that depend on one another.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Workflow
{
    /// <summary>Initializes a workflow, whose steps are checked here and not when they run.</summary>
    /// <param name="name">The name; 1 to 100 characters, which can be the name of a file.</param>
    /// <param name="steps">The steps, in any order.</param>
    /// <exception cref="ArgumentException">A name cannot be one, two steps have the same, a step depends on one that is not there or on itself by way of others; the message says which.</exception>
    public Workflow(string name, IReadOnlyList<WorkflowStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        WorkflowGraph.ThrowIfNotName("workflow", name);
        Name = name;
        Steps = WorkflowGraph.Order(name, steps);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the steps in the order in which they run: each after those it depends on, and otherwise as they were given.</summary>
    public IReadOnlyList<WorkflowStep> Steps { get; }

    /// <summary>Draws the steps and what they depend on.</summary>
    /// <returns>A flowchart in Mermaid; what acts elsewhere has double sides.</returns>
    public string ToMermaid() => WorkflowText.Draw([.. Steps.Select(static step => new StepResult { Step = step, Status = StepStatus.NotRun })], hasRun: false);
}
