using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Orders runs by the keys of a query, then by start time, newest first, and then by identifier.</summary>
/// <remarks>Numbers precede texts. Runs without a value, or with NaN, are last in both directions.</remarks>
internal sealed class RunOrder(IReadOnlyList<FilterOrder> orders) : IComparer<RunOrder.Key>
{
    /// <summary>Parses the ordering keys of a query.</summary>
    /// <exception cref="ArgumentException">A key is invalid. The message states the position.</exception>
    public static RunOrder Parse(IReadOnlyList<string> orderBy) => new([.. orderBy.Select(static order => FilterOrder.Parse(order, RunRow.Schema))]);

    /// <summary>Gets the position of a run in the order.</summary>
    public Key KeyOf(RunView view, RunTable table, int row, RunRow subject)
    {
        var values = orders.Count == 0 ? [] : new FilterValue?[orders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = subject.FindFirst(orders[i]);
            values[i]?.IsWhole(); // requests the full text, which the comparison requires
        }

        return new Key(view, table, row, new RunPosition(values, table.Numbers(RunColumns.Started).Values[row], table.IdOf(row)));
    }

    public int Compare(Key x, Key y) => Compare(x.Position, y.Position);

    public int Compare(RunPosition x, RunPosition y)
    {
        for (var i = 0; i < orders.Count; i++)
        {
            if (Compare(x.Values[i], y.Values[i], orders[i].IsDescending) is var difference and not 0)
            {
                return difference;
            }
        }

        return y.Started.CompareTo(x.Started) is var later and not 0 ? later : string.CompareOrdinal(y.Id, x.Id);
    }

    /// <summary>Determines whether a value is missing or NaN.</summary>
    public static bool IsMissing(FilterValue? value) => value is not { } found || (found.Text is null && double.IsNaN(found.Number!.Value));

    private static int Compare(FilterValue? one, FilterValue? other, bool isDescending)
    {
        var (left, right) = (IsMissing(one), IsMissing(other));
        if (left || right)
        {
            return left.CompareTo(right);
        }

        var difference = (one!.Value.Number, other!.Value.Number) switch
        {
            ({ } x, { } y) => x.CompareTo(y),
            (null, null) => string.CompareOrdinal(one.Value.Text, other.Value.Text),
            (null, _) => 1,
            _ => -1,
        };
        return isDescending ? -difference : difference;
    }

    /// <summary>A run and its position in the order.</summary>
    internal readonly record struct Key(RunView View, RunTable Table, int Row, RunPosition Position);
}
