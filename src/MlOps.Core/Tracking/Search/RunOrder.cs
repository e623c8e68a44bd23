using MlOps.Search;

namespace MlOps.Tracking;

/// <summary>Orders runs: by the keys of a query, then by their start, newest first, then by identifier.</summary>
/// <remarks>A number is less than a text. A run without a value, or whose value is NaN, comes after those with one, whichever way they are ordered.</remarks>
internal sealed class RunOrder(IReadOnlyList<FilterOrder> orders) : IComparer<RunOrder.Key>
{
    /// <summary>Reads the keys of a query.</summary>
    /// <exception cref="ArgumentException">One cannot be read; the message says where.</exception>
    public static RunOrder Parse(IReadOnlyList<string> orderBy) => new([.. orderBy.Select(static order => FilterOrder.Parse(order, RunRow.Schema))]);

    /// <summary>Makes what a run is ordered by.</summary>
    public Key KeyOf(RunView view, RunTable table, int row, RunRow subject)
    {
        var values = orders.Count == 0 ? [] : new FilterValue?[orders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = subject.FindFirst(orders[i]);
        }

        return new Key(view, table, row, values);
    }

    public int Compare(Key x, Key y)
    {
        for (var i = 0; i < orders.Count; i++)
        {
            if (Compare(x.Values[i], y.Values[i], orders[i].IsDescending) is var difference and not 0)
            {
                return difference;
            }
        }

        var (before, after) = (x.Table.Numbers(RunColumns.Started).Values[x.Row], y.Table.Numbers(RunColumns.Started).Values[y.Row]);
        return after.CompareTo(before) is var later and not 0 ? later : string.CompareOrdinal(y.Table.IdOf(y.Row), x.Table.IdOf(x.Row));
    }

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

    private static bool IsMissing(FilterValue? value) => value is not { } found || (found.Text is null && double.IsNaN(found.Number!.Value));

    /// <summary>A run and what it is ordered by.</summary>
    internal readonly record struct Key(RunView View, RunTable Table, int Row, FilterValue?[] Values)
    {
        public Run ToRun() => View.ToRun(Table, Row);
    }
}
