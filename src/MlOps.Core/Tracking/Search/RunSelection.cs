namespace MlOps.Tracking;

/// <summary>Collects the runs that a search finds: all runs, or the first runs in the order.</summary>
/// <param name="order">The order.</param>
/// <param name="after">The position of the last run of the previous page; <see langword="null"/> for the first page.</param>
/// <param name="count">The maximum number of runs; <see langword="null"/> for no limit.</param>
internal sealed class RunSelection(RunOrder order, RunPosition? after, long? count)
{
    private readonly List<RunOrder.Key> _all = [];

    /// <summary>The first runs in the order. The last of them is dequeued first.</summary>
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

    /// <summary>Gets the runs in order.</summary>
    public IEnumerable<RunOrder.Key> ToOrdered() => (count is null ? _all : _first.UnorderedItems.Select(static item => item.Element)).Order(order);
}
