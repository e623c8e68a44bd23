namespace MlOps.Tracking;

/// <summary>Numbers that rows of a table have under one key.</summary>
internal sealed class NumberColumn
{
    /// <summary>Gets the rows that have a number, ascending; <see langword="null"/> for all.</summary>
    public int[]? Rows { get; init; }

    public required double[] Values { get; init; }

    /// <summary>Finds the number of a row.</summary>
    public bool TryGet(int row, out double value)
    {
        var index = Rows is null ? row : Array.BinarySearch(Rows, row);
        value = index >= 0 ? Values[index] : double.NaN;
        return index >= 0;
    }
}
