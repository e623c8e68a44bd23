using System.Globalization;

namespace MlOps.Serving;

/// <summary>Keeps the memory use of all loaded models within a budget by unloading the least recently used lazy models.</summary>
/// <remarks>
/// <para>A version counts against the budget until its unloading is complete. Models are unloaded outside the lock; the lock protects the sums only.</para>
/// <para>
/// Loads of models that are not loaded are queued in first-in, first-out order, so that many small models do not starve a large one. The next version
/// of a loaded model bypasses the queue, because the first model in the queue may be waiting for that model.
/// </para>
/// </remarks>
/// <param name="options">The budget.</param>
/// <param name="timeProvider">The clock for timeouts.</param>
internal sealed class ModelMemoryBudget(ServingOptions options, TimeProvider timeProvider)
{
    /// <summary>The interval at which a waiting load searches for evictable models again, because a freshly loaded model becomes evictable without a
    /// call of <see cref="Wake"/>.</summary>
    private static readonly TimeSpan s_recheckInterval = TimeSpan.FromSeconds(1);

    /// <summary>The time after which the first model moves to the end of the queue. The models that it waits for may take minutes to unload.</summary>
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromSeconds(10);

    /// <summary>The upper limit for the memory use of one version, 1 PiB, so that sums of recorded profiles cannot overflow.</summary>
    private const long MaxMemory = 1L << 50;

    private readonly Lock _lock = new();
    private readonly HashSet<MemoryReservation> _reservations = [];
    private readonly LinkedList<ModelUpdater> _queue = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reserves memory for a version. Unloads lazy models if necessary, and waits for loads and unloads in progress.</summary>
    /// <param name="owner">The model of the version. Its existing reservations remain counted.</param>
    /// <param name="reason">The reason for the load.</param>
    /// <param name="size">The size in bytes.</param>
    /// <param name="longestWait">The maximum wait.</param>
    /// <param name="cancellationToken">A token that cancels the wait.</param>
    /// <returns>The reservation, or <see langword="null"/> if the model was unloaded during the wait and is no longer needed.</returns>
    /// <exception cref="ModelCheckException">The budget is too small even without lazy models, or the wait timed out.</exception>
    public async Task<MemoryReservation?> ReserveAsync(
        ModelUpdater owner, UpdateReason reason, long size, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        size = long.Min(size, MaxMemory);
        using var timeout = new CancellationTokenSource(longestWait, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        LinkedListNode<ModelUpdater>? turn = null;
        long? atHead = null;
        try
        {
            while (true)
            {
                Task change;
                ModelUpdater[] evictions;
                lock (_lock)
                {
                    if (owner.IsNoLongerNeeded(reason))
                    {
                        return null;
                    }

                    turn ??= Enqueue(owner);
                    var isNext = turn?.Previous is null;
                    if (isNext && Fits(size, Used))
                    {
                        var reservation = new MemoryReservation(this, owner, size);
                        _reservations.Add(reservation);
                        return reservation;
                    }

                    ThrowIfBudgetTooSmall(owner, size);
                    ThrowIfTimedOut(owner, size, longestWait, timeout.Token);
                    atHead = isNext ? atHead ?? timeProvider.GetTimestamp() : null;
                    if (turn is not null && atHead is { } since && timeProvider.GetElapsedTime(since) > s_longestTurn)
                    {
                        (isNext, atHead) = (false, null);
                        _queue.Remove(turn);
                        _queue.AddLast(turn);
                        Wake();
                    }

                    change = _changed.Task;
                    evictions = isNext ? FindEvictions(owner, size) : [];
                }

                Array.ForEach(evictions, static model => model.Unload());
                await Task.WhenAny(change, Task.Delay(s_recheckInterval, end.Token)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Dequeue(turn);
        }
    }

    /// <summary>Releases a reservation.</summary>
    public void Release(MemoryReservation reservation)
    {
        lock (_lock)
        {
            _reservations.Remove(reservation);
        }

        Wake();
    }

    /// <summary>Wakes the waiting loads, because memory was released or another model became evictable.</summary>
    public void Wake()
    {
        lock (_lock)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Appends a model to the queue unless the model is loaded.</summary>
    private LinkedListNode<ModelUpdater>? Enqueue(ModelUpdater owner) =>
        _reservations.Any(reservation => reservation.Owner == owner && !reservation.IsUnloading) ? null : _queue.AddLast(owner);

    private void Dequeue(LinkedListNode<ModelUpdater>? turn)
    {
        lock (_lock)
        {
            if (turn is not null)
            {
                _queue.Remove(turn);
                Wake();
            }
        }
    }

    private long Used => _reservations.Sum(static reservation => reservation.Size);

    private bool Fits(long size, long used) => options.MemoryBudget is not { } budget || used + size <= budget;

    /// <summary>Selects the models to unload. Selects none if unloads in progress free enough memory, or if all evictable models together do not.</summary>
    private ModelUpdater[] FindEvictions(ModelUpdater owner, long size)
    {
        var used = _reservations.Where(static reservation => !reservation.IsUnloading).Sum(static reservation => reservation.Size);
        var evictions = new List<ModelUpdater>();
        foreach (var candidate in _reservations.Where(other => other.Owner != owner && !other.IsUnloading && other.Owner.CanBeEvictedNow)
            .OrderBy(static other => other.Owner.LastUsed))
        {
            if (Fits(size, used))
            {
                break;
            }

            used -= candidate.Size;
            evictions.Add(candidate.Owner);
        }

        return Fits(size, used) ? [.. evictions] : [];
    }

    private void ThrowIfTimedOut(ModelUpdater owner, long size, TimeSpan waited, CancellationToken timeout)
    {
        if (timeout.IsCancellationRequested)
        {
            throw new ModelCheckException(string.Create(
                CultureInfo.InvariantCulture,
                $"The next version of the model '{owner.Name}' needs {size} bytes, but other models did not release enough memory within {waited}. "
                + $"{MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget is {options.MemoryBudget}. "
                + $"Raise the budget, or {MlOpsOptions.SectionName}:Models:{owner.Name}:LoadTimeout."))
            {
                IsTransient = true,
                IsMemoryShortage = true,
            };
        }
    }

    private void ThrowIfBudgetTooSmall(ModelUpdater owner, long size)
    {
        // During a swap, two versions of a model are loaded and one of them is unloaded soon, so count only the smaller one. Do not count a model whose
        // versions are all being unloaded.
        var kept = _reservations.Where(other => other.Owner == owner || !other.Owner.IsEvictable).GroupBy(static other => other.Owner)
            .Where(static versions => versions.Any(static version => !version.IsUnloading))
            .Sum(static versions => versions.Min(static version => version.Size));
        if (kept + size > options.MemoryBudget)
        {
            throw new ModelCheckException(string.Create(
                CultureInfo.InvariantCulture,
                $"The next version of the model '{owner.Name}' needs {size} bytes, but models that stay loaded use {kept} bytes, and "
                + $"{MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget is {options.MemoryBudget}. "
                + $"Raise the budget, or set Start of other models to Lazy."))
            {
                IsTransient = true,
                IsMemoryShortage = true,
            };
        }
    }
}
