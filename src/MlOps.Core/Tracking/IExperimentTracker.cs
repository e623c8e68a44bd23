using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Records the runs of experiments in an artifact store, and searches them.</summary>
/// <remarks>
/// <para>Thread safety: thread-safe. Any number of processes and machines can use the same store, because each run is stored below its own
/// path.</para>
/// <para>Related types: <see cref="IExperimentStore"/> provides the records of the experiments. <see cref="ExperimentTrackerExtensions"/>
/// and <see cref="RunChangeExtensions"/> provide convenience methods.</para>
/// </remarks>
/// <example>
/// Records a run, and finds the run with the lowest loss:
/// <code>
/// await tracker.RunAsync("iris", new RunStart { Name = "baseline" }, async (run, token) =&gt;
/// {
///     await run.LogParameterAsync("learning-rate", 0.1, token);
///     run.LogMetric("loss", 0.25, step: 1);
/// });
/// var best = await tracker.FindBestRunAsync("iris", "loss", MetricDirection.Minimize);
/// </code>
/// </example>
public interface IExperimentTracker
{
    /// <summary>Starts a run. The first run of an experiment creates the experiment.</summary>
    /// <param name="experiment">The name of the experiment: 1 to 250 characters and at most 750 bytes in UTF-8, without <c>/</c> and
    /// <c>:</c>.</param>
    /// <param name="start">The initial properties of the run.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The run. The caller disposes the run.</returns>
    /// <exception cref="ArgumentException">A value is invalid. The message names the value, and nothing was recorded.</exception>
    /// <exception cref="InvalidOperationException">The experiment is deleted.</exception>
    Task<IRun> StartRunAsync(string experiment, RunStart start, CancellationToken cancellationToken = default);

    /// <summary>Resumes a run that has ended or was interrupted, or opens a shared run.</summary>
    /// <remarks>If a previous process saved undelivered metrics of the run to the spool folder of this machine, the metrics are
    /// delivered.</remarks>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="lastStep">The last step to keep, such as the step of the checkpoint from which the training continues. Points with
    /// greater steps are no longer returned. The default, <see langword="null"/>, keeps all points.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The run. The caller disposes the run.</returns>
    /// <exception cref="ArgumentException"><paramref name="lastStep"/> is specified for a shared run.</exception>
    /// <exception cref="RunNotFoundException">The store does not contain the run.</exception>
    /// <exception cref="RunInUseException">Another process owns the run, or resumed the run at the same time.</exception>
    Task<IRun> ResumeRunAsync(string runId, long? lastStep = null, CancellationToken cancellationToken = default);

    /// <summary>Finds a run by its identifier.</summary>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The run, which can be deleted, or <see langword="null"/> if it does not exist.</returns>
    Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Opens the contents of a run: artifacts, metric points and environment.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The contents of the run.</returns>
    /// <exception cref="RunNotFoundException">The store does not contain the run.</exception>
    Task<RunContents> OpenRunAsync(Run run, CancellationToken cancellationToken = default);

    /// <summary>Changes a run, which can be in progress or ended.</summary>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    /// <returns>The run after the change.</returns>
    /// <exception cref="RunNotFoundException">The store does not contain the run.</exception>
    /// <exception cref="ArgumentException">The change is invalid. The message names the invalid value, and nothing was
    /// recorded.</exception>
    Task<Run> ChangeRunAsync(string runId, RunChange change, CancellationToken cancellationToken = default);

    /// <summary>Searches for runs.</summary>
    /// <param name="query">The filter and the order of the runs.</param>
    /// <param name="cancellationToken">A token that cancels the search.</param>
    /// <returns>The matching runs in the order of the query.</returns>
    /// <exception cref="ArgumentException">The filter, the order or the page token is invalid. The message states the position and the
    /// remedy. The exception is thrown by the call, not by the enumeration.</exception>
    /// <exception cref="ExperimentNotFoundException">The query names an experiment that does not exist.</exception>
    IAsyncEnumerable<Run> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Searches for runs and returns one page of the result.</summary>
    /// <remarks>A page begins after the last run of the previous page in the order of the query. Runs that are started, ended or deleted
    /// between two pages do not cause other runs to be repeated or skipped. A run can be repeated or skipped only if its own values of the
    /// ordering keys change between the pages.</remarks>
    /// <param name="query">The filter, the order, the page size and the page token.</param>
    /// <param name="cancellationToken">A token that cancels the search.</param>
    /// <returns>The page and the token of the next page.</returns>
    /// <exception cref="ArgumentException">The filter or the order is invalid, or the page token is damaged or belongs to a different query
    /// or version.</exception>
    /// <exception cref="ExperimentNotFoundException">The query names an experiment that does not exist.</exception>
    Task<RunPage> SearchRunsPageAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of a run and verifies each event against the digest in the next event.</summary>
    /// <param name="runId">The identifier of the run, which can be deleted.</param>
    /// <param name="cancellationToken">A token that cancels the enumeration.</param>
    /// <returns>The events, oldest first; empty if the run does not exist.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names the
    /// event.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names the event.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string runId, CancellationToken cancellationToken = default);
}
