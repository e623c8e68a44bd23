namespace MlOps.Monitoring.Drift;

/// <summary>Thresholds of effect sizes that <see cref="DriftDetector.LearnThresholds"/> learned from windows without drift.</summary>
/// <remarks>Immutable and thread-safe. It can be stored as JSON.</remarks>
public sealed class DriftThresholds
{
    /// <summary>Gets the number of windows.</summary>
    public required int Windows { get; init; }

    /// <summary>Gets the largest share of windows without drift in which at least one feature is reported.</summary>
    public required double FalseAlarmRate { get; init; }

    /// <summary>Gets the thresholds of the change of values, 0 or more, by feature.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }

    /// <summary>Gets the thresholds of the change of the missing rate, 0 or more, by feature.</summary>
    public required IReadOnlyDictionary<string, double> Missing { get; init; }

    internal double? Find(string feature, bool isMissing) => (isMissing ? Missing : Values).TryGetValue(feature, out var threshold) ? threshold : null;
}
