using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Alerts.Delivery;
using MlOps.Monitoring.Evaluation;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Reports;
using MlOps.Monitoring.Windows;
using MlOps.Registry;

namespace MlOps.Monitoring;

/// <summary>Monitors models by their documents in the store.</summary>
internal sealed partial class ModelMonitor(
    MonitoredModels models,
    IModelRegistry registry,
    PredictionCollector collector,
    PredictionLog log,
    WindowStore windows,
    WindowEvaluator evaluator,
    ReportBuilder reports,
    OutcomeStore outcomeStore,
    PredictionDatasets datasets,
    PredictionLogExport export,
    AlertRecorder alerts,
    AlertDelivery delivery,
    MonitoringVerdicts verdicts,
    TimeProvider timeProvider,
    ILogger<ModelMonitor> logger) : IModelMonitor
{
    private static readonly TimeSpan s_maxFlush = TimeSpan.FromSeconds(30);
    private readonly ConcurrentDictionary<string, bool> _registered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _reported = new(StringComparer.Ordinal);
    private readonly ILogger _logger = logger;

    public async Task<IReadOnlyList<ModelAlert>> EvaluateAsync(string model, bool includeOpen = false, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        var registered = await GetAsync(model, cancellationToken).ConfigureAwait(false);
        var options = models.Get(model);
        var now = timeProvider.GetUtcNow();
        var until = includeOpen ? DateTimeOffset.MaxValue : now;
        var history = TimeSpan.FromTicks(Math.Max(AlertEvaluator.GetHistory(options.Alerts, options.Windows.Length).Ticks, options.OutcomeDelay.Ticks));
        var evaluations = new List<WindowEvaluation>();
        foreach (var number in await windows.ReadVersionsAsync(model, cancellationToken).ConfigureAwait(false))
        {
            if (registered.Versions.FirstOrDefault(version => version.Number == number) is { } version)
            {
                evaluations.AddRange(await evaluator.EvaluateAsync(version, options, now - history, until, cancellationToken).ConfigureAwait(false));
            }
        }

        ReportUnknownNames(model, options, evaluations);
        registered = await DecideAsync(registered, options, evaluations, now, includeOpen, cancellationToken).ConfigureAwait(false);
        await delivery.DeliverAsync(cancellationToken).ConfigureAwait(false);
        verdicts.Set(model, evaluations, registered);
        return [.. registered.Alerts.Values.Where(static alert => alert.IsActive).OrderBy(static alert => alert.Key, StringComparer.Ordinal)];
    }

    public async Task<MonitoringReport> CreateReportAsync(
        string model, DateTimeOffset? from = null, DateTimeOffset? until = null, int? version = null, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        var registered = await GetAsync(model, cancellationToken).ConfigureAwait(false);
        return await reports.CreateAsync(registered, models.Get(model), from, until, version, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<MonitoringWindow> ReadWindowsAsync(
        string model, DateTimeOffset? from = null, DateTimeOffset? until = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return windows.ReadAsync(model, from ?? ReportBuilder.First, until ?? DateTimeOffset.MaxValue, version: null, cancellationToken);
    }

    public async Task RecordOutcomeAsync(string model, Outcome outcome, CancellationToken cancellationToken = default)
    {
        await RequireAsync(model, cancellationToken).ConfigureAwait(false);
        await outcomeStore.RecordAsync(model, outcome, cancellationToken).ConfigureAwait(false);
    }

    public async Task<OutcomeImport> ImportOutcomesAsync(string model, IRowSource outcomes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        await RequireAsync(model, cancellationToken).ConfigureAwait(false);
        return await outcomeStore.ImportAsync(model, outcomes, cancellationToken).ConfigureAwait(false);
    }

    public async Task<DatasetVersion> CreateDatasetAsync(
        string model, string dataset, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await datasets.CreateAsync(model, from, until, dataset, "actual", onlyWithOutcome: true, cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> ExportPredictionsAsync(
        string model, DateTimeOffset from, DateTimeOffset until, string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await export.ExportAsync(model, from, until, folder, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the observed predictions of this process to the store.</summary>
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await collector.FlushAsync(cancellationToken).ConfigureAwait(false);

        // The log retries its writes until they succeed. A report is possible without the latest predictions.
        using var limit = new CancellationTokenSource(s_maxFlush, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await log.FlushAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotFlushed(exception, s_maxFlush);
        }
    }

    /// <summary>Requires that a model is registered, so that outcomes with a wrong name are not stored where nothing reads them.</summary>
    private async Task RequireAsync(string model, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (!_registered.ContainsKey(model))
        {
            await GetAsync(model, cancellationToken).ConfigureAwait(false);
            _registered.TryAdd(model, true);
        }
    }

    private async Task<RegisteredModel> GetAsync(string model, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return await registry.FindAsync(model, cancellationToken: cancellationToken).ConfigureAwait(false)
            ?? throw new VersionNotFoundException("model", model, version: null, "Register a version, or correct the name.");
    }

    /// <summary>Evaluates the alert rules of the served version, and records the changes.</summary>
    private async Task<RegisteredModel> DecideAsync(
        RegisteredModel registered,
        MonitoringOptions options,
        IReadOnlyList<WindowEvaluation> evaluations,
        DateTimeOffset now,
        bool includeOpen,
        CancellationToken cancellationToken)
    {
        var served = models.GetServed(registered.Name);
        var alias = registered.Aliases.GetValueOrDefault(served.Alias);
        if ((served.Version ?? alias?.Version) is not { } version || registered.Versions.FirstOrDefault(item => item.Number == version) is not { } current)
        {
            return registered;
        }

        var observations = evaluations.Select(static item => new AlertObservation
        {
            Version = item.Version,
            Start = item.Start,
            End = item.End,
            Predictions = item.Predictions,
            Rejected = item.Rejected,
            LatencyP99 = item.LatencyP99 ?? double.NaN,
            InputDrift = item.Inputs,
            OutputDrift = item.Outputs,
            Quality = item.Quality,
        }).ToList();
        var end = includeOpen && observations.Count > 0 ? observations.Max(static item => item.End) : now;
        var since = served.Version is null ? alias!.Since : current.Created;
        var changes = AlertEvaluator.Evaluate(options.Alerts, version, since, observations, registered.Alerts, end > now ? end : now);
        await alerts.RecordAsync(registered.Name, changes, cancellationToken).ConfigureAwait(false);
        return changes.Count == 0 ? registered : await GetAsync(registered.Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs each rule on an unknown feature or metric once.</summary>
    private void ReportUnknownNames(string model, MonitoringOptions options, List<WindowEvaluation> evaluations)
    {
        if (evaluations.Count == 0)
        {
            return;
        }

        foreach (var fault in evaluations.Select(static item => item.Quality?.SettingsFault).OfType<string>())
        {
            if (_reported.TryAdd($"{model}: {fault}", true))
            {
                LogQualityFault(model, fault, $"{models.SectionOf(model)}:Quality");
            }
        }

        var last = evaluations.MaxBy(static item => item.End)!;
        if (last.Inputs is null && last.Predictions > last.Rejected && _reported.TryAdd($"{model} {last.Version}: baseline", true))
        {
            LogNoBaseline(last.Version, model);
        }

        foreach (var fault in AlertOptionsRules.FindUnknownNames($"{models.SectionOf(model)}:Alerts", options.Alerts, last.Inputs, last.Outputs, last.Quality))
        {
            if (_reported.TryAdd(fault, true))
            {
                LogUnknownName(fault);
            }
        }
    }

    [LoggerMessage(768, LogLevel.Error,
        "The quality of the model '{Model}' is not computed, and alert rules for its metrics have no effect. {Fault} Correct the setting in '{Section}'.")]
    private partial void LogQualityFault(string model, string fault, string section);

    [LoggerMessage(769, LogLevel.Warning,
        "The drift of version {Version} of the model '{Model}' is not computed, and alert rules for drift have no effect, because the version has no usable "
        + "baseline. Register the next version with the file of Baseline.Write.")]
    private partial void LogNoBaseline(int version, string model);

    [LoggerMessage(766, LogLevel.Warning, "{Fault}")]
    private partial void LogUnknownName(string fault);

    [LoggerMessage(770, LogLevel.Warning,
        "The prediction log could not be written within {Timeout}. The quality is computed without its latest predictions. Make the store accept writes.")]
    private partial void LogNotFlushed(Exception exception, TimeSpan timeout);
}
