using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Evaluation;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring;

/// <summary>Evaluates the windows of the monitored models after their ends, and merges and deletes old documents.</summary>
/// <remarks>
/// Each instance does this. The first one stores the evaluation of a window, and the others find it. Instances begin at different times within the
/// <see cref="MonitoringOptions.EvaluationDelay"/>, so that they rarely do the same work.
/// </remarks>
internal sealed partial class MonitoringService(
    MonitoredModels models,
    MonitoringInstance instance,
    IModelMonitor monitor,
    WindowStore windows,
    WindowMaintenance maintenance,
    EvaluationStore evaluations,
    LogRetention retention,
    OutcomeCompaction compaction,
    TimeProvider timeProvider,
    ILogger<MonitoringService> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_maintenance = TimeSpan.FromHours(6);
    private readonly Dictionary<string, DateTimeOffset> _evaluated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _maintained = new(StringComparer.Ordinal);
    private readonly double _share = (uint)instance.Id.GetHashCode(StringComparison.Ordinal) / (double)uint.MaxValue;
    private readonly ILogger _logger = logger;

    /// <summary>Evaluates and maintains the models that are due.</summary>
    internal async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        foreach (var model in models.Names)
        {
            var options = models.Get(model);
            if (!options.Evaluate)
            {
                continue;
            }

            if (IsDue(model, options, now))
            {
                var isEvaluated = await TryAsync(
                    model, () => monitor.EvaluateAsync(model, includeOpen: false, cancellationToken), s_retry, cancellationToken).ConfigureAwait(false);
                if (isEvaluated)
                {
                    _failed.Remove(model);
                }
                else
                {
                    _failed[model] = now;
                }
            }

            if (!_maintained.TryGetValue(model, out var last))
            {
                // The first maintenance is spread over the interval, because all instances may start together.
                _maintained[model] = now - (s_maintenance * _share);
            }
            else if ((now - last).Duration() >= s_maintenance)
            {
                _maintained[model] = now;
                await TryAsync(model, () => MaintainAsync(model, options, now, cancellationToken), s_maintenance, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ReportModels();
        using var timer = new PeriodicTimer(s_interval, timeProvider);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            await TryAsync("*", () => RunOnceAsync(stoppingToken), s_interval, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <summary>Determines whether a window has ended since the last evaluation of a model, by the clock of this process.</summary>
    private bool IsDue(string model, MonitoringOptions options, DateTimeOffset now)
    {
        var delay = options.EvaluationDelay * (1 + _share);
        var end = new DateTimeOffset((now - delay).UtcTicks / options.Windows.Length.Ticks * options.Windows.Length.Ticks, TimeSpan.Zero);
        var isRetry = _failed.TryGetValue(model, out var failed) && (now - failed).Duration() >= s_retry;

        // A window end may be before the last one, if the clock was set back.
        if (_evaluated.TryGetValue(model, out var last) && last == end && !isRetry)
        {
            return false;
        }

        _evaluated[model] = end;
        return true;
    }

    private async Task MaintainAsync(string model, MonitoringOptions options, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Read first, because a version whose windows are all deleted has evaluations.
        var versions = await windows.ReadVersionsAsync(model, cancellationToken).ConfigureAwait(false);
        await maintenance.RunAsync(model, options.Windows.Retention, cancellationToken).ConfigureAwait(false);
        foreach (var version in versions)
        {
            await evaluations.DeleteAsync(model, version, now - options.Windows.Retention, cancellationToken).ConfigureAwait(false);
        }

        await compaction.CompactAsync(model, cancellationToken).ConfigureAwait(false);
        if (options.Log.Retention is { } age)
        {
            await retention.ApplyAsync(model, age, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The failure is logged. The next run tries again.")]
    private async Task<bool> TryAsync(string model, Func<Task> run, TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            await run().ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(exception, model, delay);
            return false;
        }
    }

    /// <summary>Logs the monitored models with their settings, so that an operator sees what is in effect.</summary>
    private void ReportModels()
    {
        foreach (var model in models.Names)
        {
            var options = models.Get(model);
            var rules = options.Alerts.Enabled
                ? AlertRules.Create(options.Alerts, timeProvider.GetUtcNow())
                    .Select(static rule => rule.Subject is null ? rule.Name : $"{rule.Name}:{rule.Subject}")
                    .Concat(options.Alerts.NoData is { Enabled: true, After: not null } ? [AlertRuleNames.NoData] : [])
                : [];
            LogMonitored(
                model,
                instance.Id,
                options.Windows.Length,
                options.Log.Enabled ? options.Log.SampleRate : 0,
                string.Join(", ", rules.DefaultIfEmpty("none")),
                options.Evaluate ? "This process evaluates them." : "Another process must evaluate them.");
        }
    }

    [LoggerMessage(773, LogLevel.Information,
        "The model '{Model}' is monitored by the instance '{Instance}' in windows of {Length}. The inputs of {SampleRate:P0} of the predictions "
        + "are in the log. Alert rules: {Rules}. {Evaluation}")]
    private partial void LogMonitored(string model, string instance, TimeSpan length, double sampleRate, string rules, string evaluation);

    [LoggerMessage(767, LogLevel.Error,
        "The evaluation or the maintenance of the monitoring of the model '{Model}' failed. Alerts may be late. It is tried again after {Delay}.")]
    private partial void LogFailed(Exception exception, string model, TimeSpan delay);
}
