using System.Globalization;

namespace MlOps.Serving;

/// <summary>Keeps all loaded models together within a budget, by unloading lazy ones that were used least recently.</summary>
/// <param name="options">The budget.</param>
internal sealed class ModelMemory(ServingOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ILoadedMemory, long> _sizes = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes memory for a version, after unloading what has to make room and waiting for models that are being loaded and could make room afterwards.</summary>
    /// <param name="owner">Who will hold it. What it holds already stays counted until <see cref="Release"/>.</param>
    /// <param name="size">How much, in bytes.</param>
    /// <param name="cancellationToken">Cancels waiting.</param>
    /// <exception cref="ModelNotReadyException">There is not so much, even with every lazy model unloaded.</exception>
    public async Task ReserveAsync(ILoadedMemory owner, long size, CancellationToken cancellationToken)
    {
        while (!TryReserve(owner, size, out var change))
        {
            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Release(ILoadedMemory owner, long size)
    {
        lock (_lock)
        {
            if (_sizes.TryGetValue(owner, out var held) && held > size)
            {
                _sizes[owner] = held - size;
            }
            else
            {
                _sizes.Remove(owner);
            }
        }

        Change();
    }

    /// <summary>Tells those who wait for memory that a model has been loaded, and can be unloaded from now on.</summary>
    public void Change()
    {
        lock (_lock)
        {
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private bool TryReserve(ILoadedMemory owner, long size, out Task change)
    {
        lock (_lock)
        {
            change = _changed.Task;
            var candidates = _sizes.Keys.Where(other => other != owner && other.CanBeUnloaded).OrderBy(static other => other.LastUsed).ToArray();
            for (var next = 0; !Fits(size) && next < candidates.Length; next++)
            {
                candidates[next].Unload();
            }

            if (Fits(size))
            {
                _sizes[owner] = _sizes.GetValueOrDefault(owner) + size;
                return true;
            }

            ThrowIfNever(owner, size);
            return false;
        }
    }

    private bool Fits(long size) => options.MemoryBudget is not { } budget || _sizes.Values.Sum() + size <= budget;

    private void ThrowIfNever(ILoadedMemory owner, long size)
    {
        var kept = _sizes.Where(other => other.Key == owner || !other.Key.IsLazy).Sum(static other => other.Value);
        if (kept + size > options.MemoryBudget)
        {
            throw new ModelNotReadyException(owner.Name, string.Create(
                CultureInfo.InvariantCulture,
                $"it needs {size} bytes; {kept} of the {options.MemoryBudget} of {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget are held by models that stay loaded. Raise the budget, or make models lazy."));
        }
    }
}
