using MlOps.Documents;

namespace MlOps.Workflows;

/// <summary>Validates the steps of a workflow and sorts them by their dependencies.</summary>
internal static class WorkflowGraph
{
    /// <summary>The maximum length of a name, which is part of the names of metrics and parameters.</summary>
    private const int MaxNameLength = 100;

    /// <exception cref="ArgumentException">The name is not valid for a workflow or a step.</exception>
    public static void ThrowIfNotName(string kind, string name)
    {
        RecordText.ThrowIfNotRecordName(kind, name);
        if (name.Length > MaxNameLength)
        {
            throw new ArgumentException(
                $"'{RecordText.Shorten(name)}' cannot be the name of a {kind}: it has {name.Length} characters. Use at most {MaxNameLength}.", nameof(name));
        }
    }

    /// <summary>Sorts the steps so that each step follows its dependencies.</summary>
    /// <exception cref="ArgumentException">The steps are not valid, or their dependencies have a cycle.</exception>
    public static IReadOnlyList<WorkflowStep> Order(string workflow, IReadOnlyList<WorkflowStep> steps)
    {
        ThrowIfInvalid(workflow, steps);
        var (ordered, done) = (new List<WorkflowStep>(), new HashSet<string>(StringComparer.Ordinal));
        while (ordered.Count < steps.Count)
        {
            if (steps.FirstOrDefault(step => !done.Contains(step.Name) && step.DependsOn.All(done.Contains)) is not { } next)
            {
                throw new ArgumentException(
                    $"The steps of the workflow '{workflow}' have a dependency cycle: "
                    + $"{string.Join(" → ", FindCycle([.. steps.Where(step => !done.Contains(step.Name))]))}. "
                    + $"Remove one of these dependencies from {nameof(WorkflowStep.DependsOn)}.",
                    nameof(steps));
            }

            ordered.Add(next);
            done.Add(next.Name);
        }

        return ordered;
    }

    private static void ThrowIfInvalid(string workflow, IReadOnlyList<WorkflowStep> steps)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase); // names of folders, and some file systems ignore case
        foreach (var step in steps)
        {
            ArgumentNullException.ThrowIfNull(step, nameof(steps));
            ThrowIfNotName("step", step.Name);
            if (!names.Add(step.Name))
            {
                throw new ArgumentException($"The workflow '{workflow}' has two steps named '{step.Name}'. Rename one.", nameof(steps));
            }
        }

        foreach (var step in steps)
        {
            if (step.Datasets.Distinct().GroupBy(static dataset => dataset.Name).FirstOrDefault(static versions => versions.Count() > 1) is { } repeated)
            {
                throw new ArgumentException(
                    $"The step '{step.Name}' of the workflow '{workflow}' reads two versions of the dataset '{repeated.Key}', "
                    + "but a step finds a dataset by its name. "
                    + "Read each version in a separate step.",
                    nameof(steps));
            }

            if (step.DependsOn.FirstOrDefault(name => steps.All(other => other.Name != name)) is { } unknown)
            {
                throw new ArgumentException(
                    $"The step '{step.Name}' of the workflow '{workflow}' depends on '{unknown}', which is not a step of the workflow. "
                    + $"Use one of its steps: {string.Join(", ", steps.Select(static step => $"'{step.Name}'"))}.",
                    nameof(steps));
            }
        }

        if (steps.Count == 0)
        {
            throw new ArgumentException($"The workflow '{workflow}' has no steps. Add at least one step.", nameof(steps));
        }
    }

    /// <summary>Follows the dependencies of steps that each depend on another of these steps, until a step repeats.</summary>
    private static List<string> FindCycle(IReadOnlyList<WorkflowStep> steps)
    {
        var path = new List<string>();
        var current = steps[0];
        while (!path.Contains(current.Name))
        {
            path.Add(current.Name);
            current = steps.First(step => current.DependsOn.Contains(step.Name));
        }

        path.RemoveRange(0, path.IndexOf(current.Name));
        path.Reverse();
        return [.. path.Skip(path.Count - 1), .. path];
    }
}
