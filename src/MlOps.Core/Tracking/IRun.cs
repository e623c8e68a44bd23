using MlOps.Metrics;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>A run that is under way, in the hands of the process that does the work.</summary>
/// <remarks>
/// <para>Thread safety: every member may be called from any thread at any time.</para>
/// <para>Atomicity and ordering: each change is recorded whole or not at all. Metrics are recorded in memory and delivered in the background; what was recorded before <see cref="EndAsync"/> is delivered when it returns.</para>
/// <para>Ownership: who started or resumed the run disposes it. Disposing a run that was not ended ends it as <see cref="RunStatus.Failed"/>: an exception left its block.
/// <see cref="ExperimentTrackerExtensions.RunAsync"/> ends it for you. A run without an owner (<see cref="RunStart.IsShared"/>) stays under way.</para>
/// <para>If the process is stopped before, by its host, a signal or the end of its program, the metrics are delivered or saved to files, and the run is
/// interrupted.</para>
/// <para>Repeats: ending twice does nothing the second time.</para>
/// <para>Conveniences are extension methods: <see cref="RunExtensions"/>.</para>
/// </remarks>
public interface IRun : IAsyncDisposable
{
    /// <summary>Gets what is recorded of the run, as of the last change.</summary>
    Run Info { get; }

    /// <summary>Gets what values of a metric are recorded with. Keep it where every nanosecond counts.</summary>
    /// <param name="name">The metric's name; 1 to 250 characters.</param>
    /// <param name="unit">The unit of the values; <see langword="null"/> for none.</param>
    /// <param name="tags">The tags that tell the metric from others of the same name, such as the fold; <see langword="null"/> for none.</param>
    /// <returns>The metric; the same one for the same name and tags.</returns>
    /// <exception cref="ArgumentException">There can be no metric of this name; the message says why.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null);

    /// <summary>Records parameters, tags, data, a name or a note.</summary>
    /// <param name="change">What to record.</param>
    /// <param name="cancellationToken">Cancels the change before it is recorded.</param>
    /// <returns>A task that ends when it is recorded.</returns>
    /// <exception cref="ArgumentException">Something cannot be recorded, or a parameter has another value already; the message names it. Nothing was recorded.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    Task ChangeAsync(RunChange change, CancellationToken cancellationToken = default);

    /// <summary>Stores files with the run; one that has the path of another takes its place.</summary>
    /// <param name="artifacts">The files.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Cancels the transfer; nothing is recorded then.</param>
    /// <returns>A task that ends when they are recorded; more than 400 files in several facts, one after the other.</returns>
    /// <exception cref="ArgumentException">A file cannot be stored; the message says why. Nothing was recorded.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    Task LogArtifactsAsync(RunArtifacts artifacts, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a run that is part of this one.</summary>
    /// <param name="start">How it begins; its <see cref="RunStart.ParentId"/> is this run whatever it says.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The run, which the caller disposes.</returns>
    Task<IRun> StartChildAsync(RunStart start, CancellationToken cancellationToken = default);

    /// <summary>Registers a version of a model with this run as its origin: the run's identifier, commit and data become the version's lineage,
    /// and where the registration names no metrics or parameters, the run's become the version's.</summary>
    /// <inheritdoc cref="IModelRegistry.RegisterAsync"/>
    Task<ModelVersion> RegisterModelAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Delivers the metrics that were recorded before the call.</summary>
    /// <param name="cancellationToken">Gives up the delivery, which goes on in the background.</param>
    /// <returns>A task that ends when they are in the store.</returns>
    /// <exception cref="ProviderException">The store has not taken them within <see cref="TrackingOptions.DeliveryTimeout"/>. They are kept, and delivered
    /// later.</exception>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Delivers what is recorded and ends the run.</summary>
    /// <param name="status">How it ends: not <see cref="RunStatus.Running"/>.</param>
    /// <param name="failure">Why it failed, with <see cref="RunStatus.Failed"/>.</param>
    /// <param name="cancellationToken">Gives up the delivery; the run can be ended again.</param>
    /// <returns>A task that ends when all of it is in the store.</returns>
    Task EndAsync(RunStatus status = RunStatus.Finished, Exception? failure = null, CancellationToken cancellationToken = default);
}
