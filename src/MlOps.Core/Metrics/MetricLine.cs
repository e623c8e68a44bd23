namespace MlOps.Metrics;

/// <summary>A point as a line of JSON.</summary>
internal sealed class MetricLine
{
    public required string Name { get; init; }

    public required double Value { get; init; }

    public string? Unit { get; init; }

    public required DateTimeOffset Time { get; init; }

    public long? Step { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public static MetricLine Of(in MetricDataPoint point) => new()
    {
        Name = point.Series.Name,
        Value = point.Value,
        Unit = point.Series.Unit,
        Time = point.Timestamp,
        Step = point.Step,
        Tags = point.Series.Tags.Count == 0 ? null : point.Series.Tags,
    };
}
