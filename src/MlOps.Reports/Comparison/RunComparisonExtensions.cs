using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Compares runs and exports their metrics.</summary>
public static class RunComparisonExtensions
{
    /// <summary>The most runs that one comparison takes.</summary>
    public const int MaxRuns = 100;

    private const int LeastPoints = 20;
    private const int MostPoints = 100_000;

    /// <summary>Compares runs.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runIds">The runs; one given twice counts once.</param>
    /// <param name="maxPoints">
    /// The maximum number of rows of a history, 20 to 100,000. A longer history is thinned, as <see cref="MetricHistory"/> describes. Memory grows with the
    /// rows,
    /// not with the recorded values.
    /// </param>
    /// <param name="directions">
    /// For metrics by name, whether lower or higher values are better, so that the page marks the best value. For other metrics the name decides: <c>loss</c>
    /// and
    /// <c>rmse</c> are better if lower, <c>accuracy</c> and <c>auc</c> if higher. A name without such a word has no direction, and no value is marked.
    /// </param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">There are no runs, or more than <see cref="MaxRuns"/>.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    public static async Task<RunComparison> CompareAsync(
        this IExperimentTracker tracker,
        IEnumerable<string> runIds,
        int maxPoints = 500,
        IReadOnlyDictionary<string, MetricDirection>? directions = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(runIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, LeastPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPoints, MostPoints);
        var runs = await FindRunsAsync(tracker, runIds, cancellationToken).ConfigureAwait(false);
        var histories = new HistoryAlignment(maxPoints);
        foreach (var run in runs)
        {
            var contents = await tracker.OpenRunAsync(run, cancellationToken).ConfigureAwait(false);
            await histories.AddRunAsync(contents.ReadMetricsAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        return new RunComparison(runs, histories.ToHistories(), directions);
    }

    /// <summary>Writes all recorded values of the metrics of runs as comma-separated values.</summary>
    /// <remarks>
    /// Each value is a row with the columns <c>run_id</c>, <c>run_name</c>, <c>metric</c>, <c>step</c>, <c>timestamp</c> and <c>value</c>. Nothing is thinned,
    /// and
    /// memory does not grow with the number of values.
    /// </remarks>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runIds">The runs; one given twice counts once.</param>
    /// <param name="writer">The destination. The caller disposes it.</param>
    /// <param name="cancellationToken">Cancels the export.</param>
    /// <returns>A task that ends when all values are written.</returns>
    /// <exception cref="ArgumentException">There are no runs, or more than <see cref="MaxRuns"/>.</exception>
    /// <exception cref="RunNotFoundException">There is no such run. Nothing is written.</exception>
    public static async Task WriteMetricsCsvAsync(
        this IExperimentTracker tracker, IEnumerable<string> runIds, TextWriter writer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(runIds);
        ArgumentNullException.ThrowIfNull(writer);
        var runs = await FindRunsAsync(tracker, runIds, cancellationToken).ConfigureAwait(false);
        var table = new CsvTable("run_id", "run_name", "metric", "step", "timestamp", "value");
        foreach (var run in runs)
        {
            var contents = await tracker.OpenRunAsync(run, cancellationToken).ConfigureAwait(false);
            var points = contents.ReadMetricsAsync(cancellationToken: cancellationToken);
            await ComparisonCsv.WritePointsAsync(table, run, points, writer, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<List<Run>> FindRunsAsync(IExperimentTracker tracker, IEnumerable<string> runIds, CancellationToken cancellationToken)
    {
        string[] ids = [.. runIds.Distinct(StringComparer.Ordinal)];
        if (ids.Length is 0 or > MaxRuns)
        {
            throw new ArgumentException($"There are {ids.Length} runs. Give 1 to {MaxRuns}, such as the best that a search finds.", nameof(runIds));
        }

        var runs = new List<Run>();
        foreach (var id in ids)
        {
            runs.Add(await tracker.FindRunAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(id));
        }

        return runs;
    }
}
