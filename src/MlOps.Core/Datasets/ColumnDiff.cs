namespace MlOps.Datasets;

/// <summary>A column whose summary is not the same in two versions of a table.</summary>
/// <param name="Before">The column in the older version.</param>
/// <param name="After">The column of the same name in the newer version.</param>
public sealed record ColumnDiff(ColumnProfile Before, ColumnProfile After);
