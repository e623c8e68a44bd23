using System.Globalization;

namespace MlOps.Serving;

/// <summary>Keeps all loaded models together within a budget, by unloading lazy ones that were used least recently.</summary>
/// <param name="options">The budget.</param>
internal sealed class ModelMemory(ServingOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ILoadedMemory, long> _sizes = [];

    /// <summary>Takes memory for a version, after unloading what has to make room.</summary>
    /// <param name="owner">Who will hold it. What it holds already stays counted until <see cref="Release"/>.</param>
    /// <param name="size">How much, in bytes.</param>
    /// <exception cref="ModelCheckException">There is not so much, even with every lazy model unloaded.</exception>
    public void Reserve(ILoadedMemory owner, long size)
    {
        List<ILoadedMemory> evicted = [];
        lock (_lock)
        {
            if (options.MemoryBudget is { } budget)
            {
                MakeRoom(owner, size, budget, evicted);
            }

            _sizes[owner] = _sizes.GetValueOrDefault(owner) + size;
        }

        foreach (var model in evicted)
        {
            model.Unload();
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
    }

    private void MakeRoom(ILoadedMemory owner, long size, long budget, List<ILoadedMemory> evicted)
    {
        var used = _sizes.Values.Sum();
        foreach (var candidate in _sizes.Keys.Where(other => other != owner && other.CanBeUnloaded).OrderBy(static other => other.LastUsed).ToArray())
        {
            if (used + size <= budget)
            {
                break;
            }

            used -= _sizes[candidate];
            evicted.Add(candidate);
        }

        if (used + size > budget)
        {
            throw new ModelCheckException(string.Create(
                CultureInfo.InvariantCulture,
                $"It needs {size} bytes; {used} of the {budget} of {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:MemoryBudget are held by models that cannot be unloaded. Raise the budget, or make models lazy."));
        }
    }
}
