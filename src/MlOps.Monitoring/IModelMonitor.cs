using MlOps.Datasets;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Reports;
using MlOps.Monitoring.Windows;
using MlOps.Registry;

namespace MlOps.Monitoring;

/// <summary>Monitors the models of a store: reads windows, records outcomes, evaluates drift and quality, and creates reports.</summary>
/// <remarks>
/// <para>Thread safety: all members are safe for concurrent use, and any number of processes may use one store.</para>
/// <para>
/// The data is that of all instances. A process that does not serve the model, such as an offline job, can use every member. Names of models are those of
/// the registry.
/// </para>
/// <para>Repeated calls: an alert is raised once, and the outcome that was recorded last counts.</para>
/// <para><see cref="ModelMonitorExtensions"/> adds methods for single outcomes.</para>
/// </remarks>
/// <example>
/// <code>
/// var prediction = await model.PredictAsync(day);
/// await monitor.RecordOutcomeAsync("weather", prediction.Id, "rain"); // days later
///
/// var report = await monitor.CreateReportAsync("weather");
/// await File.WriteAllTextAsync("weather.html", report.ToHtml());
/// </code>
/// </example>
public interface IModelMonitor
{
    /// <summary>Evaluates the windows of a model that have changed since their last evaluation, and raises and resolves its alerts.</summary>
    /// <remarks>
    /// The call first stores the predictions of this process. The drift of a window is computed against the baseline of its version. Processes with
    /// <see cref="MonitoringOptions.Evaluate"/> evaluate their models after each window.
    /// </remarks>
    /// <param name="model">The name of the model.</param>
    /// <param name="includeOpen">Whether to include windows whose period has not ended, such as at the end of a batch job.</param>
    /// <param name="cancellationToken">Cancels the call. Completed evaluations are kept.</param>
    /// <returns>The active alerts of the model after the evaluation, ordered by their keys.</returns>
    /// <exception cref="VersionNotFoundException">The model does not exist.</exception>
    Task<IReadOnlyList<ModelAlert>> EvaluateAsync(string model, bool includeOpen = false, CancellationToken cancellationToken = default);

    /// <summary>Creates a report on a period.</summary>
    /// <remarks>The call first stores the predictions of this process. A window that starts in the period is part of the report.</remarks>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, inclusive; <see langword="null"/> for all stored windows.</param>
    /// <param name="until">The end of the period, exclusive; <see langword="null"/> for all stored windows.</param>
    /// <param name="version">The number of the version; <see langword="null"/> for the version with the last predictions in the period.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The report. It has no predictions if there is no window in the period.</returns>
    /// <exception cref="VersionNotFoundException">The model or the version does not exist.</exception>
    Task<MonitoringReport> CreateReportAsync(
        string model, DateTimeOffset? from = null, DateTimeOffset? until = null, int? version = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the windows of a model, merged over all instances.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, inclusive; <see langword="null"/> for all stored windows.</param>
    /// <param name="until">The end of the period, exclusive; <see langword="null"/> for all stored windows.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>
    /// The windows that overlap the period, ordered by version and start. Damaged documents are skipped and named in
    /// <see cref="MonitoringWindow.Faults"/>.
    /// </returns>
    IAsyncEnumerable<MonitoringWindow> ReadWindowsAsync(
        string model, DateTimeOffset? from = null, DateTimeOffset? until = null, CancellationToken cancellationToken = default);

    /// <summary>Records the outcome of a prediction.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="outcome">The outcome. It may be recorded late, more than once, or corrected: the latest one counts.</param>
    /// <param name="cancellationToken">Cancels the wait. The outcome may be recorded nevertheless.</param>
    /// <returns>A task that completes when the outcome is in the store.</returns>
    /// <exception cref="ArgumentException">The outcome is not valid.</exception>
    /// <exception cref="VersionNotFoundException">The model is not registered.</exception>
    Task RecordOutcomeAsync(string model, Outcome outcome, CancellationToken cancellationToken = default);

    /// <summary>Records outcomes from rows, such as those of a CSV or Parquet file.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="outcomes">Rows with the columns <c>prediction_id</c> and <c>actual</c>, and optionally <c>time</c>.</param>
    /// <param name="cancellationToken">Cancels the import. Outcomes that were recorded are kept.</param>
    /// <returns>The numbers of recorded and rejected rows, with the faults.</returns>
    /// <exception cref="ArgumentException">A column is missing or has the wrong type.</exception>
    /// <exception cref="VersionNotFoundException">The model is not registered.</exception>
    Task<OutcomeImport> ImportOutcomesAsync(string model, IRowSource outcomes, CancellationToken cancellationToken = default);

    /// <summary>Records logged predictions with their outcomes as the next version of a dataset, to train a model again.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="from">The start of the period, by the time of the prediction, inclusive.</param>
    /// <param name="until">The end of the period, exclusive.</param>
    /// <param name="cancellationToken">Cancels the call. No version is recorded then.</param>
    /// <returns>
    /// The version. It contains the predictions whose features are in the log and which have an outcome, in the column <c>actual</c>.
    /// </returns>
    /// <exception cref="InvalidOperationException">The period contains no such prediction.</exception>
    Task<DatasetVersion> CreateDatasetAsync(
        string model, string dataset, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken = default);

    /// <summary>Copies the Parquet files of the prediction log and the outcomes to a folder, for programs that cannot read the store.</summary>
    /// <remarks>
    /// Programs such as DuckDB read an S3 bucket or a blob container directly. The files of a store on the local disk have attributes after their content, and
    /// must be copied.
    /// </remarks>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, inclusive.</param>
    /// <param name="until">The end of the period, exclusive. All predictions of its last day are copied.</param>
    /// <param name="folder">The folder, which is created. Files that it has already are not copied again.</param>
    /// <param name="cancellationToken">Cancels the call. No partial file remains.</param>
    /// <returns>The number of copied files.</returns>
    Task<int> ExportPredictionsAsync(
        string model, DateTimeOffset from, DateTimeOffset until, string folder, CancellationToken cancellationToken = default);
}
