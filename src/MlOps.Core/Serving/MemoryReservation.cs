namespace MlOps.Serving;

/// <summary>A share of the memory budget. It is reserved for a version from the start of its load until the version is unloaded.</summary>
/// <param name="memory">The budget.</param>
/// <param name="owner">The model of the version.</param>
/// <param name="size">The size in bytes.</param>
internal sealed class MemoryReservation(ModelMemoryBudget memory, ModelUpdater owner, long size) : IDisposable
{
    public ModelUpdater Owner => owner;

    public long Size => size;

    /// <summary>Gets or sets a value indicating whether the version is being unloaded, so that its memory will become free.</summary>
    public bool IsUnloading { get; set; }

    /// <summary>Releases the memory. Repeated calls have no effect.</summary>
    public void Dispose() => memory.Release(this);
}
