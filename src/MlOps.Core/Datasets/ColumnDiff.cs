namespace MlOps.Datasets;

/// <summary>A column whose profile differs between two versions of a table.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ColumnDiff
{
    internal ColumnDiff(ColumnProfile before, ColumnProfile after)
    {
        Before = before;
        After = after;
    }

    /// <summary>Gets the profile in the older version.</summary>
    public ColumnProfile Before { get; }

    /// <summary>Gets the profile of the column with the same name in the newer version.</summary>
    public ColumnProfile After { get; }
}
