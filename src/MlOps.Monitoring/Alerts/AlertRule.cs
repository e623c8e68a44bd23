namespace MlOps.Monitoring.Alerts;

/// <summary>A rule that is evaluated for each window.</summary>
/// <param name="Name">The name of the rule.</param>
/// <param name="Subject">The feature or metric, or <see langword="null"/>.</param>
/// <param name="Options">The options.</param>
/// <param name="Remedy">The remedy, as a sentence.</param>
/// <param name="Read">Evaluates the condition for one window.</param>
internal sealed record AlertRule(string Name, string? Subject, AlertRuleOptions Options, string Remedy, Func<AlertObservation, AlertSignal> Read);
