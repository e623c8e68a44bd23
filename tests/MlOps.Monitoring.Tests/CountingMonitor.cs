using MlOps.Datasets;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Reports;
using MlOps.Monitoring.Windows;
using MlOps.Registry;

namespace MlOps.Monitoring;

/// <summary>Counts the evaluations, which fail while a test demands it.</summary>
internal sealed class CountingMonitor : IModelMonitor
{
    public int Evaluations { get; private set; }

    public Exception? Failure { get; set; }

    public Task<IReadOnlyList<ModelAlert>> EvaluateAsync(string model, bool includeOpen = false, CancellationToken cancellationToken = default)
    {
        Evaluations++;
        return Failure is null ? Task.FromResult<IReadOnlyList<ModelAlert>>([]) : throw Failure;
    }

    public Task<MonitoringReport> CreateReportAsync(
        string model, DateTimeOffset? from = null, DateTimeOffset? until = null, int? version = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<MonitoringWindow> ReadWindowsAsync(
        string model, DateTimeOffset? from = null, DateTimeOffset? until = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task RecordOutcomeAsync(string model, Outcome outcome, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<OutcomeImport> ImportOutcomesAsync(string model, IRowSource outcomes, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DatasetVersion> CreateDatasetAsync(
        string model, string dataset, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<int> ExportPredictionsAsync(
        string model, DateTimeOffset from, DateTimeOffset until, string folder, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();
}
