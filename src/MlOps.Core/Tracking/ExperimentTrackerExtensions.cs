using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Convenience methods for <see cref="IExperimentTracker"/>.</summary>
public static class ExperimentTrackerExtensions
{
    /// <summary>Starts a run with a name and tags.</summary>
    /// <inheritdoc cref="IExperimentTracker.StartRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="name">The name of the run; <see langword="null"/> for a generated name.</param>
    /// <param name="tags">The initial tags; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    public static Task<IRun> StartRunAsync(
        this IExperimentTracker tracker,
        string experiment,
        string? name = null,
        IReadOnlyDictionary<string, string>? tags = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.StartRunAsync(experiment, new RunStart { Name = name, Tags = tags ?? new Dictionary<string, string>() }, cancellationToken);
    }

    /// <summary>Executes an action as a run, and ends the run with the status of the action: finished, failed with its exception, or
    /// interrupted if it is canceled.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="start">The initial properties of the run.</param>
    /// <param name="work">The action.</param>
    /// <param name="cancellationToken">A token that cancels the action.</param>
    /// <returns>The ended run. If the action throws an exception, the exception is rethrown after the run has ended.</returns>
    public static async Task<Run> RunAsync(
        this IExperimentTracker tracker,
        string experiment,
        RunStart start,
        Func<IRun, CancellationToken, Task> work,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentNullException.ThrowIfNull(work);
        var run = await tracker.StartRunAsync(experiment, start, cancellationToken).ConfigureAwait(false);
        await using var _ = run.ConfigureAwait(false);
        try
        {
            await work(run, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            var isCancelled = exception is OperationCanceledException && cancellationToken.IsCancellationRequested;
            try
            {
                await run.EndAsync(isCancelled ? RunStatus.Interrupted : RunStatus.Failed, exception, CancellationToken.None).ConfigureAwait(false);
            }
            catch (MlOpsException)
            {
                // Disposing the run retries and logs the failure. The caller receives the exception of the action.
            }

            throw;
        }

        await run.EndAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return run.Info;
    }

    /// <summary>Purges a deleted run: deletes its metrics, and releases its artifacts for garbage collection. The run can no longer be
    /// found or restored. Its history remains.</summary>
    /// <remarks>Garbage collection purges deleted runs automatically after the grace period.</remarks>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The identifier of the deleted run.</param>
    /// <param name="reason">The reason, which is recorded in the history.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the deletion is recorded.</param>
    /// <exception cref="RunNotFoundException">The store does not contain the run, or the run is already purged.</exception>
    /// <exception cref="InvalidOperationException">The run is not deleted. Call <see cref="RunChangeExtensions.DeleteRunAsync"/>
    /// first.</exception>
    /// <exception cref="RunInUseException">The run is in progress.</exception>
    public static async Task PurgeRunAsync(this IExperimentTracker tracker, string runId, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        await tracker.ChangeRunAsync(runId, new RunChange { IsPurged = true, Reason = reason }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the run with the best value of a metric.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="metric">The name of the metric. Runs without the metric, and runs whose value is NaN, are ignored.</param>
    /// <param name="direction">The direction in which the metric improves.</param>
    /// <param name="filter">An additional filter, in the syntax of <see cref="RunQuery.Filter"/>; empty for none.</param>
    /// <param name="value">The value to compare: the last value, or the best value of all steps. Runs that were recorded by early versions
    /// of the library do not have a best value.</param>
    /// <param name="cancellationToken">A token that cancels the search.</param>
    /// <returns>The run with the best value, or <see langword="null"/> if no run has the metric. Among equal values, the newest run is
    /// returned.</returns>
    public static async Task<Run?> FindBestRunAsync(
        this IExperimentTracker tracker,
        string experiment,
        string metric,
        MetricDirection direction,
        string filter = "",
        MetricValue value = MetricValue.Last,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentException.ThrowIfNullOrWhiteSpace(metric);
        ArgumentNullException.ThrowIfNull(filter);
        FilterExpression.Parse(filter, RunRow.Schema); // reports errors in the filter of the caller, not in the combined filter
        var scope = value == MetricValue.Last ? "metrics" : direction == MetricDirection.Maximize ? "max" : "min";
        var key = $"{scope}.`{metric.Replace("`", "``", StringComparison.Ordinal)}`";
        var isNumber = $"({key} <= 0 or {key} > 0)";
        var query = new RunQuery
        {
            Experiments = [experiment],
            Filter = string.IsNullOrWhiteSpace(filter) ? isNumber : $"({filter}) and {isNumber}",
            OrderBy = [$"{key} {(direction == MetricDirection.Maximize ? "desc" : "asc")}"],
            Take = 1,
        };
        return await tracker.SearchRunsAsync(query, cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
    }
}
