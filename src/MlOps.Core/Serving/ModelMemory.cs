using System.Globalization;

namespace MlOps.Serving;

/// <summary>Keeps all loaded models together within a budget, by unloading lazy ones that were used least recently.</summary>
/// <remarks>A version counts until it is really unloaded. Models are unloaded outside the lock, which is held for sums only.</remarks>
/// <param name="options">The budget.</param>
internal sealed class ModelMemory(ServingOptions options)
{
    /// <summary>After so long a model that was loaded and not used may make room too, of which nobody tells.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly HashSet<MemoryReservation> _reservations = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes memory for a version, after unloading what has to make room and waiting for what is on its way in or out.</summary>
    /// <param name="owner">Who will hold it. What it holds already stays counted.</param>
    /// <param name="size">How much, in bytes.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="ModelCheckException">There is not so much, even with every lazy model unloaded.</exception>
    public async Task<MemoryReservation> ReserveAsync(ModelUpdater owner, long size, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            ModelUpdater[] victims;
            lock (_lock)
            {
                if (Fits(size, Used))
                {
                    var reservation = new MemoryReservation(this, owner, size);
                    _reservations.Add(reservation);
                    return reservation;
                }

                ThrowIfNever(owner, size);
                change = _changed.Task;
                victims = FindVictims(owner, size);
            }

            Array.ForEach(victims, static victim => victim.Unload());
            await Task.WhenAny(change, Task.Delay(s_longestWait, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
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

    /// <summary>Tells those who wait for memory that another model may be unloaded from now on.</summary>
    public void Change()
    {
        lock (_lock)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private long Used => _reservations.Sum(static reservation => reservation.Size);

    private bool Fits(long size, long used) => options.MemoryBudget is not { } budget || used + size <= budget;

    /// <summary>Finds the models to unload: none if enough is on its way out, or if all of them would not be enough yet.</summary>
    private ModelUpdater[] FindVictims(ModelUpdater owner, long size)
    {
        var used = _reservations.Where(static reservation => !reservation.IsEnding).Sum(static reservation => reservation.Size);
        var victims = new List<ModelUpdater>();
        foreach (var candidate in _reservations.Where(other => other.Owner != owner && !other.IsEnding && other.Owner.CanBeUnloaded).OrderBy(static other => other.Owner.LastUsed))
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
                $"The next version of the model '{owner.Name}' needs {size} bytes; {kept} of the {options.MemoryBudget} of {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget are held by models that stay loaded. Raise the budget, or make models lazy."))
            {
                MayPass = true,
            };
        }
    }
}
