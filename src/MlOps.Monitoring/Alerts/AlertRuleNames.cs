namespace MlOps.Monitoring.Alerts;

/// <summary>The names of the rules in the events of a model. They are stored, and do not change.</summary>
internal static class AlertRuleNames
{
    public const string Drift = "drift";
    public const string FeatureDrift = "feature-drift";
    public const string Quality = "quality";
    public const string Refusals = "refusals";
    public const string Latency = "latency";
    public const string NoData = "no-data";
    public const string NoOutcomes = "no-outcomes";

    public static IReadOnlyList<string> All { get; } = [Drift, FeatureDrift, Quality, Refusals, Latency, NoData, NoOutcomes];
}
