using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;

namespace MlOps.DependencyInjection;

/// <summary>A store that an <c>Add…</c> call registered, for the validation at start.</summary>
/// <param name="Key">The service key, options name and section name.</param>
/// <param name="HasCode">Whether the call itself set options.</param>
/// <param name="Validate">Reads the store's options, which throws if they are not valid.</param>
internal sealed record ArtifactStoreRegistration(string Key, bool HasCode, Action<IServiceProvider> Validate)
{
    public bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

    public static bool IsRegistered(IServiceCollection services, string key) =>
        services.Any(service => service is { IsKeyedService: false, ImplementationInstance: ArtifactStoreRegistration other } && other.HasKey(key));

    /// <summary>Gets the store that is registered under a key, in any case.</summary>
    /// <exception cref="ArgumentException">No store has the key.</exception>
    public static IArtifactStore GetStore(IServiceProvider services, string key)
    {
        var stores = services.GetServices<ArtifactStoreRegistration>().ToArray();
        var registration = Array.Find(stores, store => store.HasKey(key)) ?? throw new ArgumentException(
            $"No artifact store has the key '{key}'. {ArtifactStoreAdvice.Get(key, stores.Select(static store => store.Key))}",
            nameof(key));
        return services.GetRequiredKeyedService<IArtifactStore>(registration.Key);
    }
}
