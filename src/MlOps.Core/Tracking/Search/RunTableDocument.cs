namespace MlOps.Tracking;

/// <summary>Runs as columns: how an index is stored. Keys are repeated once a table and not once a run, so that many runs are read fast.</summary>
internal sealed class RunTableDocument
{
    public required int Format { get; init; }

    public required string[] Ids { get; init; }

    /// <summary>Gets the columns of numbers: attributes by name, metrics as <c>metrics.</c> and their name.</summary>
    public required Dictionary<string, NumberColumn> Numbers { get; init; }

    /// <summary>Gets the columns of texts: attributes by name, parameters and tags as <c>params.</c> or <c>tags.</c> and their name.</summary>
    public required Dictionary<string, TextColumn> Texts { get; init; }
}
