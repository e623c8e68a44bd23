namespace MlOps.Metrics;

/// <summary>A deserialized line of a metric file. <see cref="JsonLinesWriter"/> writes the lines.</summary>
internal sealed class JsonLine
{
    public required string Name { get; init; }

    public required double Value { get; init; }

    public string? Unit { get; init; }

    public required DateTimeOffset Time { get; init; }

    public long? Step { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }
}
