namespace MlOps.Workflows;

/// <summary>A directed acyclic graph of steps.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Workflow
{
    /// <summary>Initializes a new instance of the <see cref="Workflow"/> class and validates its steps.</summary>
    /// <param name="name">The name; 1 to 100 characters, valid as the name of a file.</param>
    /// <param name="steps">The steps, in any order.</param>
    /// <exception cref="ArgumentException">
    /// A name is not valid, two steps have the same name, a step depends on a step that does not exist, or the dependencies have a cycle. The message names
    /// the steps.
    /// </exception>
    public Workflow(string name, IReadOnlyList<WorkflowStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        WorkflowGraph.ThrowIfNotName("workflow", name);
        Name = name;
        Steps = WorkflowGraph.Order(name, steps);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the steps in the order of execution: each step after its dependencies, and otherwise in the order in which they were passed.</summary>
    public IReadOnlyList<WorkflowStep> Steps { get; }

    /// <summary>Draws the steps and their dependencies as a Mermaid flowchart.</summary>
    /// <returns>The flowchart. Steps with side effects have double vertical lines.</returns>
    public string ToMermaid() => WorkflowFormatter.ToMermaid([.. Steps.Select(static step => new StepResult(step, StepStatus.NotRun))], hasRun: false);
}
