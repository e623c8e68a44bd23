namespace MlOps.Tracking;

/// <summary>Gathers the runs that a search finds: all, or the first so many.</summary>
/// <param name="order">The order.</param>
/// <param name="after">The position of the last run of the page before; <see langword="null"/> for none.</param>
/// <param name="count">The number of runs to keep; <see langword="null"/> for all.</param>
internal sealed class RunSelection(RunOrder order, RunPosition? after, long? count)
{
    private readonly List<RunOrder.Key> _all = [];

    /// <summary>The last of those kept is the first to leave.</summary>
    private readonly PriorityQueue<RunOrder.Key, RunOrder.Key> _first = new(Comparer<RunOrder.Key>.Create((x, y) => order.Compare(y, x)));

    /// <inheritdoc cref="RunOrder.KeyOf"/>
    public RunOrder.Key KeyOf(RunView view, RunTable table, int row, RunRow subject) => order.KeyOf(view, table, row, subject);

    public void Add(RunOrder.Key run)
    {
        if (after is { } last && order.Compare(run.Position, last) <= 0)
        {
            return;
        }

        if (count is null)
        {
            _all.Add(run);
        }
        else if (_first.Count < count)
        {
            _first.Enqueue(run, run);
        }
        else if (_first.Count > 0 && order.Compare(run, _first.Peek()) < 0)
        {
            _first.EnqueueDequeue(run, run);
        }
    }

    /// <summary>Gets the runs in their order.</summary>
    public IEnumerable<RunOrder.Key> ToOrdered() => (count is null ? _all : _first.UnorderedItems.Select(static item => item.Element)).Order(order);
}
