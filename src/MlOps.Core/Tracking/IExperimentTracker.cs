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

    /// <summary>Goes on with a run that has ended or whose process died.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The run, which the caller disposes.</returns>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunInUseException">It is under way in another process, or was resumed by one meanwhile.</exception>
    Task<IRun> ResumeRunAsync(string runId, CancellationToken cancellationToken = default);

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
    /// <exception cref="ArgumentException">The filter or the order cannot be read; the message says where, and what is expected there. Thrown at once.</exception>
    IAsyncEnumerable<Run> SearchRunsAsync(RunQuery query, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of a run, each event checked against the one before.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, oldest first, of a deleted run too; none if there is no such run.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names it.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names it.</exception>
    IAsyncEnumerable<RunEvent> ReadHistoryAsync(string runId, CancellationToken cancellationToken = default);
}
