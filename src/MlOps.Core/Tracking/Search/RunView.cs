using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>A consistent view of all runs of an experiment at one time.</summary>
/// <param name="experiment">The name of the experiment.</param>
/// <param name="tables">The tables. If several tables contain a run, only its newest row is used.</param>
/// <param name="now">The current time.</param>
internal sealed class RunView(string experiment, IReadOnlyList<(RunTable Table, Func<int, bool> IsNewest)> tables, DateTimeOffset now)
{
    /// <summary>Gets a value indicating whether the experiment has no runs, including deleted runs.</summary>
    public bool IsEmpty => tables.All(static table => table.Table.Count == 0);

    /// <summary>Adds the runs that match a filter to a selection.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="lifecycle">The deletion states of the runs to search.</param>
    /// <param name="selection">Receives the matching runs.</param>
    /// <returns>The runs whose evaluation requires full texts. Pass them to <see cref="Evaluate"/>.</returns>
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

    /// <summary>Evaluates the filter on a run with full texts.</summary>
    public void Evaluate(FilterExpression filter, RunTable table, int row, RunState fullState, RunSelection selection) =>
        TryEvaluate(filter, table, row, new RunRow(experiment, now).At(table, row, fullState), selection);

    /// <summary>Converts a row to a run.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">The row.</param>
    /// <param name="readFullState">Reads the state of a run with full texts from its log; returns <see langword="null"/> if the log cannot
    /// be read.</param>
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
