namespace MlOps.Datasets;

/// <summary>The differences between the profiles of two versions of a table.</summary>
/// <remarks>Immutable and thread-safe. Two tables with equal profiles may have different values.</remarks>
public sealed class TableDiff
{
    internal TableDiff(string path, TableProfile before, TableProfile after)
    {
        Path = path;
        RowsBefore = before.Rows;
        RowsAfter = after.Rows;
        var old = before.Columns.DistinctBy(static column => column.Name, StringComparer.Ordinal)
            .ToDictionary(static column => column.Name, StringComparer.Ordinal);
        var names = after.Columns.Select(static column => column.Name).ToHashSet(StringComparer.Ordinal);
        AddedColumns = [.. after.Columns.Where(column => !old.ContainsKey(column.Name))];
        RemovedColumns = [.. before.Columns.Where(column => !names.Contains(column.Name))];
        ChangedColumns =
        [
            .. after.Columns.Where(column => old.TryGetValue(column.Name, out var earlier) && !ColumnComparison.AreEqual(earlier, column))
                .Select(column => new ColumnDiff(old[column.Name], column)),
        ];
    }

    /// <summary>Gets the path of the file in the newer version.</summary>
    public string Path { get; }

    /// <summary>Gets the number of rows in the older version.</summary>
    public long RowsBefore { get; }

    /// <summary>Gets the number of rows in the newer version.</summary>
    public long RowsAfter { get; }

    /// <summary>Gets the columns that exist only in the newer version.</summary>
    public IReadOnlyList<ColumnProfile> AddedColumns { get; }

    /// <summary>Gets the columns that exist only in the older version.</summary>
    public IReadOnlyList<ColumnProfile> RemovedColumns { get; }

    /// <summary>Gets the columns whose type or statistics differ.</summary>
    public IReadOnlyList<ColumnDiff> ChangedColumns { get; }
}
