using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>A decoration of a store that <c>DecorateStore</c> registered.</summary>
/// <param name="Key">The key of the store; <see langword="null"/> for the selected one.</param>
/// <param name="Decorate">Makes the decorator.</param>
internal sealed record ArtifactStoreDecoration(string? Key, Func<IServiceProvider, IArtifactStore, IArtifactStore> Decorate);
