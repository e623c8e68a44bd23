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
    /// <param name="lifecycle">Which runs count as to deletion.</param>
    /// <param name="keep">Takes each run found; the object is the same one for all, and valid during the call.</param>
    public void Find(FilterExpression filter, RunLifecycle lifecycle, Action<RunTable, int, RunRow> keep)
    {
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
                    && filter.Matches(subject.At(table, row)))
                {
                    keep(table, row, subject);
                }
            }
        }
    }

    /// <summary>Makes the run of a row.</summary>
    public Run ToRun(RunTable table, int row) => table.ToSummary(row).ToRun(experiment, now);
}
