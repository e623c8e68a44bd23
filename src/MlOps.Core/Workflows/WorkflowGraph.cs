using MlOps.Documents;

namespace MlOps.Workflows;

/// <summary>Refuses steps that cannot run, and finds the order in which the others can.</summary>
internal static class WorkflowGraph
{
    /// <summary>Leaves room for what becomes of the name in those of metrics and parameters.</summary>
    private const int MaxNameLength = 100;

    /// <exception cref="ArgumentException">A text cannot be the name of a workflow or step.</exception>
    public static void ThrowIfNotName(string kind, string name)
    {
        RecordText.ThrowIfNotRecordName(kind, name);
        if (name.Length > MaxNameLength)
        {
            throw new ArgumentException($"'{RecordText.Shorten(name)}' cannot be the name of a {kind}: it has {name.Length} characters. Use at most {MaxNameLength}.", nameof(name));
        }
    }

    /// <summary>Orders steps so that each comes after those it depends on.</summary>
    /// <exception cref="ArgumentException">There is no such order; the message says why.</exception>
    public static IReadOnlyList<WorkflowStep> Order(string workflow, IReadOnlyList<WorkflowStep> steps)
    {
        ThrowIfUnfit(workflow, steps);
        var (ordered, done) = (new List<WorkflowStep>(), new HashSet<string>(StringComparer.Ordinal));
        while (ordered.Count < steps.Count)
        {
            if (steps.FirstOrDefault(step => !done.Contains(step.Name) && step.After.All(done.Contains)) is not { } next)
            {
                throw new ArgumentException(
                    $"The steps of the workflow '{workflow}' go in a circle: {string.Join(" → ", FindCircle([.. steps.Where(step => !done.Contains(step.Name))]))}. Take one of these out of the other's After.",
                    nameof(steps));
            }

            ordered.Add(next);
            done.Add(next.Name);
        }

        return ordered;
    }

    private static void ThrowIfUnfit(string workflow, IReadOnlyList<WorkflowStep> steps)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase); // they are folders too
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
                    $"The step '{step.Name}' of the workflow '{workflow}' reads two versions of the dataset '{repeated.Key}', which it could not tell apart. Read each in a step of its own.", nameof(steps));
            }

            if (step.After.FirstOrDefault(name => steps.All(other => other.Name != name)) is { } unknown)
            {
                throw new ArgumentException(
                    $"The step '{step.Name}' of the workflow '{workflow}' depends on '{unknown}', which is not one of its steps: {string.Join(", ", steps.Select(static step => $"'{step.Name}'"))}.", nameof(steps));
            }
        }

        if (steps.Count == 0)
        {
            throw new ArgumentException($"The workflow '{workflow}' has no steps. Give at least one.", nameof(steps));
        }
    }

    /// <summary>Follows dependencies among steps of which each has one, until a step comes again.</summary>
    private static List<string> FindCircle(IReadOnlyList<WorkflowStep> steps)
    {
        var way = new List<string>();
        var current = steps[0];
        while (!way.Contains(current.Name))
        {
            way.Add(current.Name);
            current = steps.First(step => current.After.Contains(step.Name));
        }

        way.RemoveRange(0, way.IndexOf(current.Name));
        way.Reverse();
        return [.. way.Skip(way.Count - 1), .. way];
    }
}
