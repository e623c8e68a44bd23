using System.Globalization;
using MlOps.Monitoring.Windows;
using MlOps.Registry;

namespace MlOps.Monitoring.Alerts;

/// <summary>Decides on the alerts of a model from its stored windows and the last changes of its alerts, without further state.</summary>
/// <remarks>
/// Each instance with the same windows makes the same decision, and the registry records one of them. A window without enough data is skipped. Only windows
/// after the last change of an alert count.
/// </remarks>
internal static class AlertEvaluator
{
    /// <summary>Evaluates the rules of a model.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="version">The number of the served version. Windows of other versions count only as data for the rule on missing data.</param>
    /// <param name="since">The time since which the version is served.</param>
    /// <param name="observations">The windows, in any order. Windows that have not ended are ignored.</param>
    /// <param name="alerts">The last change of each alert of the model (<see cref="RegisteredModel.Alerts"/>).</param>
    /// <param name="now">The time of the evaluation.</param>
    /// <returns>The changes to record with <see cref="AlertRecorder"/>; empty if the alerts do not change.</returns>
    public static IReadOnlyList<ModelChange> Evaluate(
        AlertOptions options,
        int version,
        DateTimeOffset since,
        IEnumerable<AlertObservation> observations,
        IReadOnlyDictionary<string, ModelAlert> alerts,
        DateTimeOffset now)
    {
        AlertObservation[] complete = [.. observations.Where(item => item.End <= now).OrderByDescending(static item => item.End)];
        AlertObservation[] current = [.. complete.Where(item => item.Version == version && item.End > since)];
        var changes = new List<ModelChange>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in options.Enabled ? AlertRules.Create(options, now) : [])
        {
            var last = FindLast(alerts, rule.Name, rule.Subject);
            keys.Add(KeyOf(rule.Name, last is null ? rule.Subject : last.Subject));
            if (Decide(rule, options, version, current, last, now) is { } change)
            {
                changes.Add(change);
            }
        }

        if (options is { Enabled: true, NoData: { Enabled: true, After: { } after } })
        {
            keys.Add(AlertRuleNames.NoData);
            if (DecideOnData(options, after, version, since, complete, alerts.GetValueOrDefault(AlertRuleNames.NoData), now) is { } change)
            {
                changes.Add(change);
            }
        }

        changes.AddRange(alerts.Values
            .Where(alert => alert.IsActive && AlertRuleNames.All.Contains(alert.Rule) && !keys.Contains(alert.Key))
            .OrderBy(static alert => alert.Key, StringComparer.Ordinal)
            .Select(alert => Change(
                ModelEventKind.AlertResolved, version, alert.Rule, alert.Subject, alert.Value, alert.Threshold, After(alert, now),
                "The rule is no longer in the configuration of the model.")));
        return changes;
    }

    /// <summary>Computes the time before now whose windows the rules need.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="window">The length of a window.</param>
    /// <returns>The time. It includes as many windows again as the rules need, because windows without enough data are skipped.</returns>
    public static TimeSpan GetHistory(AlertOptions options, TimeSpan window)
    {
        AlertRuleOptions[] rules =
        [
            options.Drift, options.Refusals, options.LatencyP99, options.NoData, options.NoOutcomes, .. options.Features.Values, .. options.Quality.Values,
        ];
        return rules.Where(static rule => rule.Enabled)
            .Select(rule => (rule.After ?? TimeSpan.Zero) + (window * ((2 * Math.Max(RaiseAfter(options, rule), ResolveAfter(options, rule))) + 1)))
            .DefaultIfEmpty(TimeSpan.Zero)
            .Max();
    }

    private static ModelChange? Decide(AlertRule rule, AlertOptions options, int version, AlertObservation[] newestFirst, ModelAlert? last, DateTimeOffset now)
    {
        // The alert was changed while the clock was ahead. Its period must not hide the windows up to then.
        var isAhead = last is not null && last.WindowEnd > now + WindowOptions.MaxLength;
        var isActive = last?.IsActive ?? false;
        var needed = isActive ? ResolveAfter(options, rule.Options) : RaiseAfter(options, rule.Options);
        var run = newestFirst.Where(item => last is null || isAhead || item.End > last.WindowEnd)
            .Select(item => (item.End, Signal: rule.Read(item)))
            .Where(static item => item.Signal.Condition is not null)
            .Take(needed)
            .ToArray();
        if (run.Length < needed
            || run.Any(item => item.Signal.Condition == isActive)
            || (!isActive && last is not null && !isAhead && run[0].End - last.WindowEnd < CoolDown(options, rule.Options)))
        {
            return null;
        }

        var (end, signal) = run[0];
        var windows = needed == 1 ? "in the last window" : string.Create(CultureInfo.InvariantCulture, $"in each of the last {needed} windows with data");
        var threshold = double.IsNaN(signal.Threshold) ? "" : $" The threshold is {AlertRules.Number(signal.Threshold)}.";
        var message = isActive
            ? $"{signal.Summary}.{threshold} The condition was not met {windows}."
            : $"{signal.Summary}.{threshold} The condition was met {windows}. {rule.Remedy}";
        return Change(
            isActive ? ModelEventKind.AlertResolved : ModelEventKind.AlertRaised,
            version, rule.Name, last is null ? rule.Subject : last.Subject, signal.Value, signal.Threshold,
            isAhead ? After(last!, end) : end, message);
    }

    /// <summary>Decides whether predictions are missing. The value is the number of hours without predictions.</summary>
    private static ModelChange? DecideOnData(
        AlertOptions options, TimeSpan after, int version, DateTimeOffset since, AlertObservation[] newestFirst, ModelAlert? last, DateTimeOffset now)
    {
        var newest = newestFirst.FirstOrDefault(static item => item.Predictions > 0)?.End;
        var anchor = newest > since ? newest.Value : since;
        var silent = now - anchor;
        var isActive = last?.IsActive ?? false;
        if (silent >= after == isActive || (!isActive && last?.WindowEnd <= now && now - last.WindowEnd < CoolDown(options, options.NoData)))
        {
            return null;
        }

        var message = isActive
            ? string.Create(CultureInfo.InvariantCulture, $"The model has predictions up to {anchor.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z.")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The model has no predictions since {anchor.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z. The limit is {after}. ")
                + "Look at the callers, and whether the instances write their windows to the store.";
        return Change(
            isActive ? ModelEventKind.AlertResolved : ModelEventKind.AlertRaised,
            version, AlertRuleNames.NoData, null, silent.TotalHours, after.TotalHours, last is null ? now : After(last, now), message);
    }

    /// <summary>Finds the last change of a rule. The case of the subject is ignored, because the case of configuration keys is not significant.</summary>
    private static ModelAlert? FindLast(IReadOnlyDictionary<string, ModelAlert> alerts, string rule, string? subject)
    {
        var key = KeyOf(rule, subject);
        return alerts.GetValueOrDefault(key) ?? (subject is null
            ? null
            : alerts.Values.FirstOrDefault(alert => alert.Rule == rule && key.Equals(alert.Key, StringComparison.OrdinalIgnoreCase)));
    }

    private static string KeyOf(string rule, string? subject) => subject is null ? rule : $"{rule}:{subject}";

    /// <summary>Returns the later of now and the time just after the last change, so that a change of a process with a wrong clock does not block the
    /// alert.</summary>
    private static DateTimeOffset After(ModelAlert last, DateTimeOffset now) => now > last.WindowEnd ? now : last.WindowEnd.AddTicks(1);

    private static int RaiseAfter(AlertOptions options, AlertRuleOptions rule) => rule.RaiseAfter ?? options.RaiseAfter;

    private static int ResolveAfter(AlertOptions options, AlertRuleOptions rule) => rule.ResolveAfter ?? options.ResolveAfter;

    private static TimeSpan CoolDown(AlertOptions options, AlertRuleOptions rule) => rule.CoolDown ?? options.CoolDown;

    private static ModelChange Change(
        ModelEventKind kind, int version, string rule, string? subject, double value, double threshold, DateTimeOffset windowEnd, string message) => new()
        {
            Kind = kind,
            Version = version,
            Alert = new ModelAlert
            {
                Rule = rule,
                Subject = subject,
                Value = value,
                Threshold = threshold,
                WindowEnd = windowEnd,
                Message = message,
            },
        };
}
