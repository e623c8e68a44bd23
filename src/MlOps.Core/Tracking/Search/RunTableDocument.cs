namespace MlOps.Tracking;

/// <summary>The stored form of a table of runs. Keys are stored once per table instead of once per run, which makes reading many runs
/// fast.</summary>
internal sealed class RunTableDocument
{
    public required int Format { get; init; }

    public required string[] Ids { get; init; }

    /// <summary>Gets the columns of numbers. The key of an attribute is its name, and the key of a metric is <c>metrics.</c> followed by
    /// its name.</summary>
    public required Dictionary<string, NumberColumn> Numbers { get; init; }

    /// <summary>Gets the columns of texts. The key of an attribute is its name, and the key of a parameter or tag is <c>params.</c> or
    /// <c>tags.</c> followed by its name.</summary>
    public required Dictionary<string, TextColumn> Texts { get; init; }
}
