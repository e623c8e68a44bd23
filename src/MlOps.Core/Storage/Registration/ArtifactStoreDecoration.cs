using Microsoft.Extensions.DependencyInjection;

namespace MlOps.Storage;

/// <summary>A decoration of a store that <c>DecorateStore</c> registered.</summary>
/// <param name="Key">The key of the store; <see langword="null"/> for the selected one.</param>
/// <param name="Decorate">Makes the decorator.</param>
/// <param name="Services">The services that the decoration is registered in.</param>
internal sealed record ArtifactStoreDecoration(string? Key, Func<IServiceProvider, IArtifactStore, IArtifactStore> Decorate, IServiceCollection Services)
{
    /// <summary>Determines whether the application registered a store under a key itself, which the container returns instead of the decorated one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="registration">The registration by <c>AddArtifactStore</c>, if there is one.</param>
    public bool IsBypassed(string key, ArtifactStoreRegistration? registration) =>
        Services.LastOrDefault(service => service.IsKeyedService && service.ServiceType == typeof(IArtifactStore) && (registration?.Key ?? key).Equals(service.ServiceKey)) is { } used
        && used != registration?.Decorated;
}
