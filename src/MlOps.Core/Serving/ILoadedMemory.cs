namespace MlOps.Serving;

/// <summary>Who holds memory for loaded versions.</summary>
internal interface ILoadedMemory
{
    /// <summary>Gets the name, for messages.</summary>
    string Name { get; }

    /// <summary>Gets a value indicating whether it may ever be asked to unload.</summary>
    bool IsLazy { get; }

    /// <summary>Gets a value indicating whether it may be asked to unload now.</summary>
    bool CanBeUnloaded { get; }

    /// <summary>Gets when it was used last, to about a second, in milliseconds of a monotonic clock.</summary>
    long LastUsed { get; }

    /// <summary>Unloads, and gives the memory back.</summary>
    void Unload();
}
