using MlOps.Metrics;
using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>A run that is in progress. The process that executes the run records parameters, metrics and artifacts.</summary>
/// <remarks>
/// <para>Thread safety: thread-safe.</para>
/// <para>Atomicity and ordering: each change is recorded completely or not at all. Metrics are queued in memory and delivered in the
/// background. When <see cref="EndAsync"/> returns, all metrics that were recorded before the call are in the store.</para>
/// <para>Ownership: the caller that starts or resumes the run disposes it. Disposing a run that was not ended ends it as
/// <see cref="RunStatus.Failed"/>, because an exception may have left the block; <see cref="ExperimentTrackerExtensions.RunAsync"/> ends
/// the run with the correct status. Disposing a shared run (<see cref="RunStart.IsShared"/>) leaves the run in progress.</para>
/// <para>Shutdown: if the host, a signal or the end of the program stops the process, undelivered metrics are delivered or saved to files,
/// and the run is recorded as <see cref="RunStatus.Interrupted"/>.</para>
/// <para>Repeated calls: ending an ended run has no effect.</para>
/// <para>Related types: <see cref="RunExtensions"/> provides convenience methods.</para>
/// </remarks>
/// <example>
/// Records the parameters, the loss of each epoch, a report and the trained model:
/// <code>
/// await using var run = await tracker.StartRunAsync("iris", "baseline");
/// await run.LogParameterAsync("learning-rate", 0.1);
/// for (var epoch = 1; epoch &lt;= 10; epoch++)
/// {
///     run.LogMetric("loss", Train(epoch), epoch);
/// }
///
/// await run.LogFileAsync("report.md");
/// await run.RegisterModelAsync("iris", new ModelRegistration { Format = "onnx", Files = ["model.onnx"] });
/// await run.EndAsync();
/// </code>
/// </example>
public interface IRun : IAsyncDisposable
{
    /// <summary>Gets a snapshot of the run, including the most recent change.</summary>
    Run Info { get; }

    /// <summary>Gets a metric handle. To record many values, keep the handle instead of calling this method for each value.</summary>
    /// <param name="name">The name of the metric: 1 to 250 characters.</param>
    /// <param name="unit">The unit of the values; <see langword="null"/> for none.</param>
    /// <param name="tags">The tags that distinguish metrics with the same name, such as the fold; <see langword="null"/> for none.</param>
    /// <returns>The metric handle. Calls with the same name and tags return the same handle.</returns>
    /// <exception cref="ArgumentException">The name, the unit or a tag is invalid. The message states the reason.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null);

    /// <summary>Records parameters, tags, datasets, a name or a note.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">A token that cancels the operation before the change is recorded.</param>
    /// <returns>A task that completes when the change is recorded.</returns>
    /// <exception cref="ArgumentException">A value is invalid, or a parameter already has a different value. The message names the value,
    /// and nothing was recorded.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    Task ChangeAsync(RunChange change, CancellationToken cancellationToken = default);

    /// <summary>Stores artifacts with the run. An artifact replaces an existing artifact with the same path.</summary>
    /// <param name="artifacts">The artifacts.</param>
    /// <param name="progress">Receives the progress after each file.</param>
    /// <param name="cancellationToken">A token that cancels the transfer. If it is canceled, no artifact is recorded.</param>
    /// <returns>A task that completes when the artifacts are recorded. Each event records at most 400 files.</returns>
    /// <exception cref="ArgumentException">A file cannot be stored. The message states the reason, and nothing was recorded.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    Task LogArtifactsAsync(RunArtifacts artifacts, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a child run of this run.</summary>
    /// <param name="start">The initial properties of the child run. <see cref="RunStart.ParentId"/> is ignored.</param>
    /// <param name="cancellationToken">A token that cancels the operation.</param>
    /// <returns>The child run. The caller disposes the child run.</returns>
    Task<IRun> StartChildAsync(RunStart start, CancellationToken cancellationToken = default);

    /// <summary>Registers a model version with this run as its origin. The lineage of the version contains the identifier, the commit and
    /// the datasets of the run. If the registration has no metrics or parameters, the version gets the metrics or parameters of the
    /// run.</summary>
    /// <inheritdoc cref="IModelRegistry.RegisterAsync"/>
    Task<ModelVersion> RegisterModelAsync(
        string model, ModelRegistration registration, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Delivers the metrics that were recorded before the call.</summary>
    /// <param name="cancellationToken">A token that cancels the wait. The delivery continues in the background.</param>
    /// <returns>A task that completes when the metrics are in the store.</returns>
    /// <exception cref="ProviderException">The store did not accept the metrics within <see cref="TrackingOptions.DeliveryTimeout"/>. The
    /// metrics are kept and delivered later.</exception>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Delivers the metrics and ends the run.</summary>
    /// <param name="status">The final status. <see cref="RunStatus.Running"/> is not allowed.</param>
    /// <param name="failure">The exception that made the run fail; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">A token that cancels the delivery. The run can be ended again.</param>
    /// <returns>A task that completes when the metrics and the end of the run are in the store.</returns>
    Task EndAsync(RunStatus status = RunStatus.Finished, Exception? failure = null, CancellationToken cancellationToken = default);
}
