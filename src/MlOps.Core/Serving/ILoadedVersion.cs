using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>A version in memory, whatever the types of its callers.</summary>
internal interface ILoadedVersion
{
    ModelVersion Version { get; }

    ILoadedModel Model { get; }

    /// <summary>Gets a task that ends when the version is unloaded, after it was retired.</summary>
    Task Unloaded { get; }

    /// <summary>Keeps the version loaded until <see cref="Release"/>.</summary>
    /// <returns><see langword="false"/> if it is unloaded already.</returns>
    bool TryAcquire();

    void Release();

    /// <summary>Lets the version be unloaded as soon as the last prediction by it has ended. Called once.</summary>
    void Retire();
}
