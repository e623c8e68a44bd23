using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Conveniences of <see cref="IExperimentTracker"/>.</summary>
public static class ExperimentTrackerExtensions
{
    /// <summary>Starts a run with a name and tags.</summary>
    /// <inheritdoc cref="IExperimentTracker.StartRunAsync"/>
    /// <param name="tracker">The tracker.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="name">The run's name; <see langword="null"/> for one that is made up.</param>
    /// <param name="tags">The first tags; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static Task<IRun> StartRunAsync(
        this IExperimentTracker tracker, string experiment, string? name = null, IReadOnlyDictionary<string, string>? tags = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        return tracker.StartRunAsync(experiment, new RunStart { Name = name, Tags = tags ?? new Dictionary<string, string>() }, cancellationToken);
    }

    /// <summary>Does some work as a run, which ends as the work does: finished, failed with its exception, or interrupted if it is cancelled.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="start">How the run begins.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The run as it ended. An exception of the work reaches the caller after the run is ended.</returns>
    public static async Task<Run> RunAsync(
        this IExperimentTracker tracker, string experiment, RunStart start, Func<IRun, CancellationToken, Task> work, CancellationToken cancellationToken = default)
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
                // Disposing tries again and logs; the caller gets what made the work fail.
            }

            throw;
        }

        await run.EndAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return run.Info;
    }

    /// <summary>Deletes a deleted run for good now: its metrics are deleted, and garbage collection frees its artifacts. It cannot be found or restored; its
    /// history stays.</summary>
    /// <remarks>A collection does the same with a run that was deleted a grace period ago.</remarks>
    /// <param name="tracker">The tracker.</param>
    /// <param name="runId">The deleted run.</param>
    /// <param name="reason">The reason, for the history.</param>
    /// <param name="cancellationToken">Cancels the call before the deletion is recorded.</param>
    /// <exception cref="RunNotFoundException">There is no such run, or it was deleted for good already.</exception>
    /// <exception cref="InvalidOperationException">The run is not deleted. Call <see cref="RunChangeExtensions.DeleteRunAsync"/> first.</exception>
    /// <exception cref="RunInUseException">The run is under way.</exception>
    public static async Task PurgeRunAsync(this IExperimentTracker tracker, string runId, string? reason = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        await tracker.ChangeRunAsync(runId, new RunChange { IsPurged = true, Reason = reason }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds the run with the best value of a metric.</summary>
    /// <param name="tracker">The tracker.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="metric">The metric; a run without it, or whose value is NaN, is not considered.</param>
    /// <param name="direction">The values that are better.</param>
    /// <param name="filter">A condition that the run has to meet, as of <see cref="RunQuery.Filter"/>; empty for none.</param>
    /// <param name="value">The value that counts: the last one, or the best one of all steps, which runs of earlier versions of the library do not
    /// have.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The run, of equals the newest, or <see langword="null"/> if no run has the metric.</returns>
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
        FilterExpression.Parse(filter, RunRow.Schema); // so that the message of a fault shows the caller's filter
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
