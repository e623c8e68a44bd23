using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Compares runs.</summary>
public static class RunComparisonExtensions
{
    /// <summary>The most runs that one comparison takes.</summary>
    public const int MaxRuns = 100;

    private const int LeastPoints = 20;
    private const int MostPoints = 100_000;

    /// <summary>Finds what runs have in common, and in what they differ.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runIds">The runs; one given twice counts once.</param>
    /// <param name="maxPoints">The most values to keep of each metric of each run, 20 to 100,000. Longer series keep the first, the last, and between them the extremes; memory grows with what is kept, not with what was recorded.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">There are no runs, or more than <see cref="MaxRuns"/>.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public static async Task<RunComparison> CompareAsync(
        this IExperimentTracker tracker, IEnumerable<string> runIds, int maxPoints = 500, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(runIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, LeastPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPoints, MostPoints);
        string[] ids = [.. runIds.Distinct(StringComparer.Ordinal)];
        if (ids.Length is 0 or > MaxRuns)
        {
            throw new ArgumentException($"There are {ids.Length} runs to compare. Give 1 to {MaxRuns}, such as the best that a search finds.", nameof(runIds));
        }

        var runs = new List<Run>();
        var histories = new HistoryAlignment(maxPoints);
        foreach (var id in ids)
        {
            var run = await tracker.FindRunAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(id);
            var contents = await tracker.OpenRunAsync(run, cancellationToken).ConfigureAwait(false);
            await histories.AddRunAsync(contents.ReadMetricsAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
            runs.Add(run);
        }

        return new RunComparison(runs, histories.ToHistories());
    }
}
