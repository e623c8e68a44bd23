using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Keeps what is recorded of experiments themselves. Their runs are in <see cref="IExperimentTracker"/>.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time, and any number of processes may use one store.</para>
/// <para>Atomicity and ordering: every change is one entry of the experiment's log, recorded whole or not at all.</para>
/// </remarks>
public interface IExperimentStore
{
    /// <summary>Looks an experiment up.</summary>
    /// <param name="experiment">Its name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The experiment, deleted or not, or <see langword="null"/> if there never was one.</returns>
    Task<Experiment?> FindAsync(string experiment, CancellationToken cancellationToken = default);

    /// <summary>Lists the experiments, deleted ones too.</summary>
    /// <remarks>The states come from an index, which costs the same few requests however many there are. A damaged experiment is a warning in the log and is
    /// left out.</remarks>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The experiments.</returns>
    IAsyncEnumerable<Experiment> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes an experiment; one that is not there is created.</summary>
    /// <param name="experiment">Its name.</param>
    /// <param name="change">What to record.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>The experiment after the change.</returns>
    /// <exception cref="ArgumentException">Something cannot be recorded; the message names it. Nothing was.</exception>
    Task<Experiment> ChangeAsync(string experiment, ExperimentChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of an experiment, each event checked against the one before.</summary>
    /// <param name="experiment">Its name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The events, oldest first, of a deleted experiment too; none if there never was one of that name.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names it.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names it.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string experiment, CancellationToken cancellationToken = default);
}
