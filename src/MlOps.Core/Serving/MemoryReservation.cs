namespace MlOps.Serving;

/// <summary>Memory that a version holds from before it is loaded until it is unloaded.</summary>
/// <param name="memory">Where it is given back.</param>
/// <param name="owner">Whose version it is.</param>
/// <param name="size">How much, in bytes.</param>
internal sealed class MemoryReservation(ModelMemory memory, ModelUpdater owner, long size) : IDisposable
{
    public ModelUpdater Owner => owner;

    public long Size => size;

    /// <summary>Gets or sets a value indicating whether the version is on its way out, so that the memory will be free without anybody's doing.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Gives the memory back; again, does nothing.</summary>
    public void Dispose() => memory.Release(this);
}
