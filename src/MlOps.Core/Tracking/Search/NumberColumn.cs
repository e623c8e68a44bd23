namespace MlOps.Tracking;

/// <summary>A column of numbers in a table of runs.</summary>
internal sealed class NumberColumn
{
    /// <summary>Gets the indexes of the rows that have a number, in ascending order; <see langword="null"/> if all rows have one.</summary>
    public int[]? Rows { get; init; }

    public required double[] Values { get; init; }

    /// <summary>Gets the number of a row.</summary>
    public bool TryGet(int row, out double value)
    {
        var index = Rows is null ? row : Array.BinarySearch(Rows, row);
        value = index >= 0 ? Values[index] : double.NaN;
        return index >= 0;
    }
}
