using System.Globalization;

namespace MlOps.Serving;

/// <summary>Keeps all loaded models together within a budget, by unloading lazy ones that were used least recently.</summary>
/// <remarks>
/// <para>A version counts until it is really unloaded. Models are unloaded outside the lock, which is held for sums only.</para>
/// <para>
/// Models that are not loaded get memory in the order in which they asked, so that a large one gets its turn among small ones. The next version of a loaded
/// model waits for no one's turn: its model may be what the first is waiting for.
/// </para>
/// </remarks>
/// <param name="options">The budget.</param>
/// <param name="timeProvider">The clock that says when waiting has been too long.</param>
internal sealed class ModelMemory(ServingOptions options, TimeProvider timeProvider)
{
    /// <summary>After so long a model that was loaded and not used may make room too, of which nobody tells.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    /// <summary>After so long at the head of the queue a model lets the others go first for once: what it waits for may take minutes to leave.</summary>
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromSeconds(10);

    /// <summary>The most memory that a version is taken to need, a pebibyte, so that sums do not overflow whatever a profile says.</summary>
    private const long MostMemory = 1L << 50;

    private readonly Lock _lock = new();
    private readonly HashSet<MemoryReservation> _reservations = [];
    private readonly LinkedList<ModelUpdater> _queue = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes memory for a version, after unloading what has to make room and waiting for what is on its way in or out.</summary>
    /// <param name="owner">Who will hold it. What it holds already stays counted.</param>
    /// <param name="reason">Why the version is loaded.</param>
    /// <param name="size">How much, in bytes.</param>
    /// <param name="longestWait">How long to wait.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <returns>The memory, or <see langword="null"/> if the model was unloaded meanwhile and nobody has asked for it since.</returns>
    /// <exception cref="ModelCheckException">There is not so much, even with every lazy model unloaded; or there was not for too long.</exception>
    public async Task<MemoryReservation?> ReserveAsync(
        ModelUpdater owner, UpdateReason reason, long size, TimeSpan longestWait, CancellationToken cancellationToken)
    {
        size = long.Min(size, MostMemory);
        using var timeout = new CancellationTokenSource(longestWait, timeProvider);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        LinkedListNode<ModelUpdater>? turn = null;
        long? atHead = null;
        try
        {
            while (true)
            {
                Task change;
                ModelUpdater[] victims;
                lock (_lock)
                {
                    if (owner.IsUnwanted(reason))
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

                    ThrowIfNever(owner, size);
                    ThrowIfLate(owner, size, longestWait, timeout.Token);
                    atHead = isNext ? atHead ?? timeProvider.GetTimestamp() : null;
                    if (turn is not null && atHead is { } since && timeProvider.GetElapsedTime(since) > s_longestTurn)
                    {
                        (isNext, atHead) = (false, null);
                        _queue.Remove(turn);
                        _queue.AddLast(turn);
                        Change();
                    }

                    change = _changed.Task;
                    victims = isNext ? FindVictims(owner, size) : [];
                }

                Array.ForEach(victims, static victim => victim.Unload());
                await Task.WhenAny(change, Task.Delay(s_longestPause, end.Token)).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Leave(turn);
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Release(MemoryReservation reservation)
    {
        lock (_lock)
        {
            _reservations.Remove(reservation);
        }

        Change();
    }

    /// <summary>Signals the waiting loads that another model may be unloaded.</summary>
    public void Change()
    {
        lock (_lock)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Puts a model that is not loaded, or was unloaded while it waited, at the end of the queue.</summary>
    private LinkedListNode<ModelUpdater>? Enqueue(ModelUpdater owner) =>
        _reservations.Any(reservation => reservation.Owner == owner && !reservation.IsEnding) ? null : _queue.AddLast(owner);

    private void Leave(LinkedListNode<ModelUpdater>? turn)
    {
        lock (_lock)
        {
            if (turn is not null)
            {
                _queue.Remove(turn);
                Change();
            }
        }
    }

    private long Used => _reservations.Sum(static reservation => reservation.Size);

    private bool Fits(long size, long used) => options.MemoryBudget is not { } budget || used + size <= budget;

    /// <summary>Finds the models to unload: none if enough is on its way out, or if all of them would not be enough yet.</summary>
    private ModelUpdater[] FindVictims(ModelUpdater owner, long size)
    {
        var used = _reservations.Where(static reservation => !reservation.IsEnding).Sum(static reservation => reservation.Size);
        var victims = new List<ModelUpdater>();
        foreach (var candidate in _reservations.Where(other => other.Owner != owner && !other.IsEnding && other.Owner.CanBeUnloaded)
            .OrderBy(static other => other.Owner.LastUsed))
        {
            if (Fits(size, used))
            {
                break;
            }

            used -= candidate.Size;
            victims.Add(candidate.Owner);
        }

        return Fits(size, used) ? [.. victims] : [];
    }

    private void ThrowIfLate(ModelUpdater owner, long size, TimeSpan waited, CancellationToken timeout)
    {
        if (timeout.IsCancellationRequested)
        {
            throw new ModelCheckException(string.Create(
                CultureInfo.InvariantCulture,
                $"The next version of the model '{owner.Name}' needs {size} bytes, and {waited} were not enough for the other models "
                + $"to leave so much of the {options.MemoryBudget} of {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget. "
                + $"Raise it, or {MlOpsOptions.SectionName}:Models:{owner.Name}:LoadTimeout."))
            {
                MayPass = true,
                IsOfMemory = true,
            };
        }
    }

    private void ThrowIfNever(ModelUpdater owner, long size)
    {
        // Of a model in the midst of a swap the smaller version counts, because only one will stay; of one that was unloaded, none.
        var kept = _reservations.Where(other => other.Owner == owner || !other.Owner.MakesRoom).GroupBy(static other => other.Owner)
            .Where(static versions => versions.Any(static version => !version.IsEnding))
            .Sum(static versions => versions.Min(static version => version.Size));
        if (kept + size > options.MemoryBudget)
        {
            throw new ModelCheckException(string.Create(
                CultureInfo.InvariantCulture,
                $"The next version of the model '{owner.Name}' needs {size} bytes; "
                + $"{kept} of the {options.MemoryBudget} of {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget "
                + $"are held by models that stay loaded. Raise the budget, or make models lazy."))
            {
                MayPass = true,
                IsOfMemory = true,
            };
        }
    }
}
