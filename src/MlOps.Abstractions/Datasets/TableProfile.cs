namespace MlOps.Datasets;

/// <summary>What a table holds: how many rows, and a summary of each column.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TableProfile
{
    /// <summary>Gets the number of rows, without a header.</summary>
    /// <value>Zero or more.</value>
    public required long Rows { get; init; }

    /// <summary>Gets the columns in the order of the file.</summary>
    /// <value>No two have the same name.</value>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }
}
