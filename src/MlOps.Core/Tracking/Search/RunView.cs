using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>All runs of an experiment as they are at some moment.</summary>
/// <param name="experiment">The experiment's name.</param>
/// <param name="tables">The runs; of a run that is in several, the newest row counts.</param>
/// <param name="now">The moment.</param>
internal sealed class RunView(string experiment, IReadOnlyList<(RunTable Table, Func<int, bool> IsNewest)> tables, DateTimeOffset now)
{
    /// <summary>Gets a value indicating whether there are no runs, not even deleted ones.</summary>
    public bool IsEmpty => tables.All(static table => table.Table.Count == 0);

    /// <summary>Finds runs.</summary>
    /// <param name="filter">The condition.</param>
    /// <param name="lifecycle">The deletion states that are searched.</param>
    /// <param name="selection">Takes each run found.</param>
    /// <returns>The runs that only <see cref="Evaluate"/> can decide on, because whole texts are needed.</returns>
    public List<(RunTable Table, int Row)> Find(FilterExpression filter, RunLifecycle lifecycle, RunSelection selection)
    {
        var undecided = new List<(RunTable Table, int Row)>();
        var subject = new RunRow(experiment, now);
        foreach (var (table, isNewest) in tables)
        {
            var deleted = table.Numbers(RunColumns.IsDeleted);
            var purged = table.Numbers(RunColumns.IsPurged);
            for (var row = 0; row < table.Count; row++)
            {
                if ((lifecycle == RunLifecycle.All || deleted.TryGet(row, out _) == (lifecycle == RunLifecycle.Deleted))
                    && !purged.TryGet(row, out _)
                    && isNewest(row)
                    && !TryEvaluate(filter, table, row, subject.At(table, row), selection))
                {
                    undecided.Add((table, row));
                }
            }
        }

        return undecided;
    }

    /// <summary>Decides on a run by its whole texts.</summary>
    public void Evaluate(FilterExpression filter, RunTable table, int row, RunState fullState, RunSelection selection) =>
        TryEvaluate(filter, table, row, new RunRow(experiment, now).At(table, row, fullState), selection);

    /// <summary>Makes the run of a row.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">The row.</param>
    /// <param name="readFullState">Reads the state in the log of a run that has long texts, or <see langword="null"/> if the log cannot be read.</param>
    public async Task<Run?> ToRunAsync(RunTable table, int row, Func<string, string, Task<RunState?>> readFullState)
    {
        var summary = table.ToSummary(row);
        if (!LongText.IsShortened(summary.State))
        {
            return summary.ToRun(experiment);
        }

        return await readFullState(experiment, summary.Id).ConfigureAwait(false) is { } fullState ? summary.ToRun(experiment, fullState) : null;
    }

    private bool TryEvaluate(FilterExpression filter, RunTable table, int row, RunRow subject, RunSelection selection)
    {
        var holds = filter.Matches(subject);
        var key = holds ? selection.KeyOf(this, table, row, subject) : default;
        if (holds && !subject.NeedsFullText)
        {
            selection.Add(key);
        }

        return !subject.NeedsFullText;
    }
}
