using Microsoft.Extensions.DependencyInjection;

namespace MlOps.Storage;

/// <summary>A store decoration that <c>DecorateStore</c> registered.</summary>
/// <param name="Key">The key of the store; <see langword="null"/> for the selected store.</param>
/// <param name="Decorate">Creates the decorator.</param>
/// <param name="Services">The service collection of the registration.</param>
internal sealed record ArtifactStoreDecoration(string? Key, Func<IServiceProvider, IArtifactStore, IArtifactStore> Decorate, IServiceCollection Services)
{
    /// <summary>
    /// Determines whether the application registered its own store with the key. The container then returns that store instead of the decorated one.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="registration">The registration by <c>AddArtifactStore</c>, if any.</param>
    public bool IsBypassed(string key, ArtifactStoreRegistration? registration) =>
        Services.LastOrDefault(service =>
            service.IsKeyedService && service.ServiceType == typeof(IArtifactStore) && (registration?.Key ?? key).Equals(service.ServiceKey)) is { } used
        && used != registration?.Decorated;
}
