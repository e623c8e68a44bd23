using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Records runs of experiments and finds them again, in an artifact store.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes on any number of machines may use one store: a run writes only below its own path.</para>
/// <para>Conveniences are extension methods: <see cref="ExperimentTrackerExtensions"/>. Experiments themselves are in <see cref="IExperimentStore"/>.</para>
/// </remarks>
public interface IExperimentTracker
{
    /// <summary>Starts a run; the first one creates the experiment.</summary>
    /// <param name="experiment">The experiment's name: 1 to 250 characters and at most 750 bytes in UTF-8, no <c>/</c> and <c>:</c>.</param>
    /// <param name="start">How it begins.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The run, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">Something cannot be recorded; the message names it. Nothing was.</exception>
    /// <exception cref="InvalidOperationException">The experiment is deleted.</exception>
    Task<IRun> StartRunAsync(string experiment, RunStart start, CancellationToken cancellationToken = default);

    /// <summary>Resumes a run that has ended or whose process died, or appends to a run without an owner.</summary>
    /// <remarks>Metrics that an earlier process has left on this machine, because the store did not take them, are delivered.</remarks>
    /// <param name="runId">The run.</param>
    /// <param name="lastStep">The last step to keep, such as that of the checkpoint from which the training goes on. Points with later steps are retired: they
    /// are not
    /// read any more. The default, <see langword="null"/>, keeps all points.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The run, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">A last step is given for a run without an owner.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunInUseException">It is under way in another process, or was resumed by one meanwhile.</exception>
    Task<IRun> ResumeRunAsync(string runId, long? lastStep = null, CancellationToken cancellationToken = default);

    /// <summary>Looks a run up.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The run, deleted or not, or <see langword="null"/> if there is none.</returns>
    Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>Opens what a run has beyond its record: artifacts, the history of its metrics, and its surroundings.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Its contents.</returns>
    Task<RunContents> OpenRunAsync(Run run, CancellationToken cancellationToken = default);

    /// <summary>Changes what is recorded of a run, whether or not it has ended.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="change">What to record.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>The run after the change.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="ArgumentException">Something cannot be recorded; the message names it. Nothing was.</exception>
    Task<Run> ChangeRunAsync(string runId, RunChange change, CancellationToken cancellationToken = default);

    /// <summary>Finds runs.</summary>
    /// <param name="query">Which, and in what order.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The runs.</returns>
    /// <exception cref="ArgumentException">The filter, the order or the page token cannot be read; the message states the position and the remedy. Thrown at
    /// once.</exception>
    /// <exception cref="ExperimentNotFoundException">The query names an experiment that is not in the store.</exception>
    IAsyncEnumerable<Run> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Finds a page of runs.</summary>
    /// <remarks>
    /// A page begins after the last run of the page before in the order of the query, so that no run is repeated or missed while others are started, ended or
    /// deleted. A run whose value of a key of the order changes meanwhile may be on two pages or on none.
    /// </remarks>
    /// <param name="query">The runs, their order, the size of the page and the token of the page.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The page, and the token of the next one.</returns>
    /// <exception cref="ArgumentException">The filter or the order cannot be read, or the page token is damaged, of another query or of another
    /// version.</exception>
    /// <exception cref="ExperimentNotFoundException">The query names an experiment that is not in the store.</exception>
    Task<RunPage> SearchRunsPageAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of a run, each event checked against the one before.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, oldest first, of a deleted run too; none if there is no such run.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names it.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names it.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string runId, CancellationToken cancellationToken = default);
}
