using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Stores the records of experiments: display name, description, tags and deletion state.</summary>
/// <remarks>
/// <para>Thread safety: thread-safe. Several processes can use the same store.</para>
/// <para>Atomicity and ordering: each change is one event in the log of the experiment. It is recorded completely or not at all.</para>
/// <para>Related types: <see cref="IExperimentTracker"/> provides the runs of an experiment, and <see cref="ExperimentStoreExtensions"/>
/// provides convenience methods.</para>
/// </remarks>
/// <example>
/// Describes an experiment and lists the experiments that are not deleted:
/// <code>
/// await experiments.DescribeAsync("iris", "Classifies iris flowers.");
/// await foreach (var experiment in experiments.ListAsync().Where(experiment =&gt; !experiment.IsDeleted))
/// {
///     Console.WriteLine($"{experiment.DisplayName}: {experiment.Description}");
/// }
/// </code>
/// </example>
public interface IExperimentStore
{
    /// <summary>Finds an experiment by name.</summary>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The experiment, which can be deleted, or <see langword="null"/> if it does not exist.</returns>
    Task<Experiment?> FindAsync(string experiment, CancellationToken cancellationToken = default);

    /// <summary>Lists all experiments, including deleted experiments.</summary>
    /// <remarks>An index provides the experiments, so the number of requests does not grow with the number of experiments. A damaged
    /// experiment is omitted, and a warning is logged.</remarks>
    /// <param name="cancellationToken">A token that cancels the enumeration.</param>
    /// <returns>The experiments.</returns>
    IAsyncEnumerable<Experiment> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Changes an experiment, and creates it if it does not exist.</summary>
    /// <param name="experiment">The name of the experiment.</param>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    /// <returns>The experiment after the change.</returns>
    /// <exception cref="ArgumentException">The change is invalid. The message names the invalid value, and nothing was
    /// recorded.</exception>
    Task<Experiment> ChangeAsync(string experiment, ExperimentChange change, CancellationToken cancellationToken = default);

    /// <summary>Reads the history of an experiment and verifies each event against the digest in the next event.</summary>
    /// <param name="experiment">The name of the experiment, which can be deleted.</param>
    /// <param name="cancellationToken">A token that cancels the enumeration.</param>
    /// <returns>The events, oldest first; empty if the experiment does not exist.</returns>
    /// <exception cref="Storage.ArtifactIntegrityException">An event was changed, removed or moved. The message names the
    /// event.</exception>
    /// <exception cref="DocumentFormatException">An event cannot be read. The message names the event.</exception>
    IAsyncEnumerable<RecordEvent> ReadHistoryAsync(string experiment, CancellationToken cancellationToken = default);
}
