using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Alerts;

/// <summary>Validates the alert rules of a model.</summary>
internal static class AlertOptionsRules
{
    private const int MaxWindows = 100;
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(365);

    /// <summary>Finds values that are not valid.</summary>
    /// <param name="path">The path of the section, such as <c>MlOps:Models:churn:Monitoring:Alerts</c>.</param>
    /// <param name="options">The options.</param>
    /// <returns>A message for each fault, with the path, the value and the valid values.</returns>
    public static IEnumerable<string> FindFaults(string path, AlertOptions options) =>
    [
        .. FindWindowFaults(path, options.RaiseAfter, options.ResolveAfter, options.CoolDown),
        .. FindFaults($"{path}:Drift", options.Drift, "AtMost", isShare: true),
        .. options.Features.SelectMany(item => FindFaults($"{path}:Features:{item.Key}", item.Value, "AtMost")),
        .. options.Quality.SelectMany(item => FindQualityFaults($"{path}:Quality:{item.Key}", item.Value)),
        .. FindFaults($"{path}:Refusals", options.Refusals, "AtMost", isShare: true),
        .. FindFaults($"{path}:LatencyP99", options.LatencyP99, "AtMost"),
        .. FindFaults($"{path}:NoData", options.NoData, "After"),
        .. FindFaults($"{path}:NoOutcomes", options.NoOutcomes, "After, AtLeast", isShare: true),
        .. FindUnusedCoverage($"{path}:NoOutcomes", options.NoOutcomes),
    ];

    /// <summary>Finds rules on features and metrics that a window does not have.</summary>
    /// <param name="path">The path of the section, such as <c>MlOps:Models:churn:Monitoring:Alerts</c>.</param>
    /// <param name="options">The options.</param>
    /// <param name="inputs">The drift of the inputs; <see langword="null"/> if it was not computed.</param>
    /// <param name="outputs">The drift of the outputs; <see langword="null"/> if it was not computed.</param>
    /// <param name="quality">The quality; <see langword="null"/> if it was not computed.</param>
    /// <returns>A message for each unknown name, with the most similar name.</returns>
    public static IEnumerable<string> FindUnknownNames(
        string path, AlertOptions options, DriftResult? inputs, DriftResult? outputs, QualityResult? quality)
    {
        string[] features = [.. (inputs?.Features ?? []).Concat(outputs?.Features ?? []).Select(static feature => feature.Feature)];
        string[] metrics = [.. quality?.Metrics.Keys ?? [], .. (quality?.Estimated.Keys ?? []).Select(static name => AlertRules.Estimated + name)];
        return Find($"{path}:Features", "feature or output of the model", options.Features.Keys, features)
            .Concat(Find($"{path}:Quality", "metric of the model", options.Quality.Keys, metrics));

        static IEnumerable<string> Find(string path, string noun, IEnumerable<string> names, string[] known) =>
            known.Length == 0 ? [] : names.Where(name => !known.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(name =>
                $"{path}:{name} is not a {noun}. {NearestName.Suggest(name, known)}Known names are {List(known)}. Rename or remove the rule.");

        static string List(string[] names) =>
            string.Join(", ", names.Take(20).Select(static name => $"'{name}'")) + (names.Length > 20 ? $" and {names.Length - 20} more" : "");
    }

    private static IEnumerable<string> FindFaults(string path, AlertRuleOptions rule, string used, bool isShare = false)
    {
        foreach (var (name, value) in new (string, object?)[] { ("AtLeast", rule.AtLeast), ("AtMost", rule.AtMost), ("After", rule.After) })
        {
            if (value is not null && !used.Split(", ").Contains(name))
            {
                yield return FormattableString.Invariant($"{path}:{name} is {value}, but the rule does not use it. Remove it. The rule uses {used}.");
            }
        }

        foreach (var (name, value) in new[] { ("AtLeast", rule.AtLeast), ("AtMost", rule.AtMost) })
        {
            if (value is { } bound && (!double.IsFinite(bound) || (isShare && bound is < 0 or > 1)))
            {
                yield return FormattableString.Invariant(
                    $"{path}:{name} is {bound}. Set it to {(isShare ? "a share from 0 to 1" : "a finite number")}, or remove it to use the default.");
            }
        }

        if (rule.After is { } after && (after < s_shortest || after > s_longest))
        {
            yield return $"{path}:After is {after}. Set it to {s_shortest} to {s_longest}, or remove it.";
        }

        if (used == "After" && (rule.RaiseAfter ?? rule.ResolveAfter) is not null)
        {
            yield return $"{path} has a number of windows, but the rule does not use windows. Remove RaiseAfter and ResolveAfter. The rule uses After.";
        }

        foreach (var fault in FindWindowFaults(path, rule.RaiseAfter ?? 1, rule.ResolveAfter ?? 1, rule.CoolDown ?? TimeSpan.Zero))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> FindQualityFaults(string path, AlertRuleOptions rule)
    {
        foreach (var fault in FindFaults(path, rule, "AtLeast, AtMost"))
        {
            yield return fault;
        }

        if (rule.AtLeast is null && rule.AtMost is null)
        {
            yield return $"{path} has no bound. Set AtLeast for a metric whose higher values are better, or AtMost for one whose lower values are better.";
        }
        else if (rule.AtLeast > rule.AtMost)
        {
            yield return FormattableString.Invariant(
                $"{path}:AtLeast is {rule.AtLeast}, which is above AtMost, {rule.AtMost}. Exchange the values, or remove one.");
        }
    }

    private static IEnumerable<string> FindUnusedCoverage(string path, AlertRuleOptions rule)
    {
        if (rule.AtLeast is not null && rule.After is null)
        {
            yield return $"{path}:AtLeast is set, but the rule is not used without After. Set After to the time in which outcomes arrive, such as 7.00:00:00.";
        }
    }

    private static IEnumerable<string> FindWindowFaults(string path, int raiseAfter, int resolveAfter, TimeSpan coolDown)
    {
        foreach (var (name, value) in new[] { ("RaiseAfter", raiseAfter), ("ResolveAfter", resolveAfter) })
        {
            if (value is < 1 or > MaxWindows)
            {
                yield return FormattableString.Invariant($"{path}:{name} is {value}. Set it to 1 to {MaxWindows} windows.");
            }
        }

        if (coolDown < TimeSpan.Zero || coolDown > s_longest)
        {
            yield return $"{path}:CoolDown is {coolDown}. Set it to 00:00:00 to {s_longest}.";
        }
    }
}
