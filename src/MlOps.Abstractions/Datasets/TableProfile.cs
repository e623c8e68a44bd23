namespace MlOps.Datasets;

/// <summary>The profile of a table: the number of rows and a summary of each column.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class TableProfile
{
    /// <summary>Gets the number of rows, excluding the header.</summary>
    /// <value>Zero or more.</value>
    public required long Rows { get; init; }

    /// <summary>Gets the columns in the order of the file.</summary>
    /// <value>Column names are unique.</value>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }
}
