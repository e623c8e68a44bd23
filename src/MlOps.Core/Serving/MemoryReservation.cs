namespace MlOps.Serving;

/// <summary>Memory that a version holds from before it is loaded until it is unloaded.</summary>
/// <param name="memory">The memory to which it is returned.</param>
/// <param name="owner">The model of the version.</param>
/// <param name="size">The size in bytes.</param>
internal sealed class MemoryReservation(ModelMemory memory, ModelUpdater owner, long size) : IDisposable
{
    public ModelUpdater Owner => owner;

    public long Size => size;

    /// <summary>Gets or sets a value indicating whether the version is being unloaded, so that its memory becomes free without further action.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Returns the memory. Repeated calls have no effect.</summary>
    public void Dispose() => memory.Release(this);
}
