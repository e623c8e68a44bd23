using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Compares runs and exports their metrics.</summary>
public static class RunComparisonExtensions
{
    private const int MaxRuns = 100;
    private const int MinMaxPoints = 20;
    private const int MaxMaxPoints = 100_000;

    /// <summary>Compares runs.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runIds">The identifiers of 1 to 100 runs. Duplicates are ignored.</param>
    /// <param name="maxPoints">
    /// The maximum number of rows of a history, 20 to 100,000. A longer history is thinned; see <see cref="MetricHistory"/>. Memory use depends on the number
    /// of rows, not on the number of recorded values.
    /// </param>
    /// <param name="directions">
    /// The directions of metrics by name, which determine the best value. For other metrics, the direction is inferred from the name: lower values of
    /// <c>loss</c> and <c>rmse</c> are better, and higher values of <c>accuracy</c> and <c>auc</c>. If the name contains no such word, no value is marked.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">There are no runs, or more than 100.</exception>
    /// <exception cref="RunNotFoundException">A run does not exist.</exception>
    public static async Task<RunComparison> CompareAsync(
        this IExperimentTracker tracker,
        IEnumerable<string> runIds,
        int maxPoints = 500,
        IReadOnlyDictionary<string, MetricDirection>? directions = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(runIds);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPoints, MinMaxPoints);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPoints, MaxMaxPoints);
        var runs = await FindRunsAsync(tracker, runIds, cancellationToken).ConfigureAwait(false);
        var histories = new HistoryAlignment(maxPoints);
        foreach (var run in runs)
        {
            var contents = await tracker.OpenRunAsync(run, cancellationToken).ConfigureAwait(false);
            await histories.AddRunAsync(contents.ReadMetricsAsync(cancellationToken: cancellationToken)).ConfigureAwait(false);
        }

        return new RunComparison(runs, histories.ToHistories(), directions);
    }

    /// <summary>Exports all recorded metric values of runs as comma-separated values.</summary>
    /// <remarks>
    /// Each value is a row with the columns <c>run_id</c>, <c>run_name</c>, <c>metric</c>, <c>step</c>, <c>timestamp</c> and <c>value</c>. Values are not
    /// thinned, and memory use does not depend on their number.
    /// </remarks>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runIds">The identifiers of 1 to 100 runs. Duplicates are ignored.</param>
    /// <param name="writer">The destination. The caller disposes it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>A task that completes when all values are written.</returns>
    /// <exception cref="ArgumentException">There are no runs, or more than 100.</exception>
    /// <exception cref="RunNotFoundException">A run does not exist. Nothing is written.</exception>
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
            throw new ArgumentException($"There are {ids.Length} runs. Pass 1 to {MaxRuns} runs, such as the best results of a search.", nameof(runIds));
        }

        var runs = new List<Run>();
        foreach (var id in ids)
        {
            runs.Add(await tracker.FindRunAsync(id, cancellationToken).ConfigureAwait(false) ?? throw new RunNotFoundException(id));
        }

        return runs;
    }
}
