using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace MlOps.Monitoring.Windows;

/// <summary>Writes the status documents of this instance, and reports instances that did not end cleanly.</summary>
/// <remarks>Not thread-safe, except for <see cref="Add"/>.</remarks>
internal sealed partial class InstanceReporter(
    StatusStore store, MonitoringInstance instance, Func<string, JsonNode?> findVerdicts, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Unclean ends are reported at the start of later instances for this time.</summary>
    private static readonly TimeSpan s_minElapsed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_reportedFor = TimeSpan.FromDays(1);
    private readonly ILogger _logger = logger;
    private readonly ConcurrentDictionary<string, TimeSpan> _models = new(StringComparer.Ordinal);
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);
    private DateTimeOffset _reported = instance.Started;
    private bool _isFailing;

    /// <summary>Adds a model whose status is written.</summary>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="checkpoint">The time between two writes.</param>
    public void Add(string model, TimeSpan checkpoint) => _models[model] = checkpoint;

    /// <summary>Gets the time between two writes, which is the shortest of all models.</summary>
    public TimeSpan Interval => _models.Values.DefaultIfEmpty(TimeSpan.FromMinutes(1)).Min();

    /// <summary>Writes the status of each model. A failure is logged.</summary>
    /// <param name="rows">The observed versions.</param>
    /// <param name="isEnding">Whether the instance ends.</param>
    /// <param name="cancellationToken">A token that cancels the writes.</param>
    public async Task ReportAsync(IReadOnlyCollection<ObservedRows> rows, bool isEnding, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var elapsed = now - _reported;

        // An evaluation or a report may follow a checkpoint at once. Its rate would be that of a few predictions.
        elapsed = elapsed.Duration() < s_minElapsed ? TimeSpan.Zero : elapsed;
        var interval = Interval;
        _reported = elapsed == TimeSpan.Zero ? _reported : now;
        foreach (var model in _models.Keys)
        {
            var status = new InstanceStatus
            {
                Model = model,
                Instance = instance.Id,
                Machine = instance.Machine,
                ProcessId = instance.ProcessId,
                Started = instance.Started,
                Updated = now,
                Ended = isEnding ? now : null,
                CheckpointSeconds = interval.TotalSeconds,
                Versions =
                [
                    .. rows.Where(observed => observed.Version.Version.Model == model).OrderBy(static observed => observed.Version.Version.Number)
                        .Select(observed => observed.Recorder.Totals.ToStatus(observed.Version.Version.Number, observed.IsObserved, elapsed)),
                ],
                Verdicts = findVerdicts(model),
            };
            await TryWriteAsync(status, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TryWriteAsync(InstanceStatus status, CancellationToken cancellationToken)
    {
        try
        {
            await store.WriteAsync(status, cancellationToken).ConfigureAwait(false);
            _isFailing = false;
            if (!_checked.Contains(status.Model))
            {
                await ReportUncleanEndsAsync(status.Model, status.Updated, cancellationToken).ConfigureAwait(false);
                _checked.Add(status.Model);
            }
        }
        catch (Exception exception) when (exception is MlOpsException or IOException)
        {
            if (!_isFailing)
            {
                LogNotWritten(exception, status.Model);
            }

            _isFailing = true;
        }
    }

    private async Task ReportUncleanEndsAsync(string model, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var other in (await store.ReadAsync(model, cancellationToken).ConfigureAwait(false)).Instances)
        {
            if (other.Instance != instance.Id && other.EndedUncleanly(now) && now - other.Updated < s_reportedFor)
            {
                LogUncleanEnd(other.Instance, model, other.Updated);
            }
        }
    }

    [LoggerMessage(716, LogLevel.Warning,
        "The status of the model '{Model}' could not be written. It is written again at the next checkpoint. Further failures are not logged until a write "
        + "succeeds.")]
    private partial void LogNotWritten(Exception exception, string model);

    [LoggerMessage(717, LogLevel.Warning,
        "The instance '{Instance}', which served the model '{Model}', did not end cleanly. Its predictions after {Time:u} are not in the windows. If the "
        + "process was not killed on purpose, find the cause of its end.")]
    private partial void LogUncleanEnd(string instance, string model, DateTimeOffset time);
}
