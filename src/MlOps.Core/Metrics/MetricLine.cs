namespace MlOps.Metrics;

/// <summary>A line of JSON as it is read; <see cref="JsonLinesWriter"/> writes it.</summary>
internal sealed class MetricLine
{
    public required string Name { get; init; }

    public required double Value { get; init; }

    public string? Unit { get; init; }

    public required DateTimeOffset Time { get; init; }

    public long? Step { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
