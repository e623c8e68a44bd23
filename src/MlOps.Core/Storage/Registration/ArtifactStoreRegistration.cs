using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Documents;

namespace MlOps.Storage;

/// <summary>A store that an <c>Add…</c> call, or a section with a <c>Type</c>, registered.</summary>
/// <param name="Key">The service key, options name and section name.</param>
/// <param name="Type">The name of the store type.</param>
/// <param name="Kind">An object that is equal for registrations of the same kind of store: the options class, or the factory method.</param>
/// <param name="Validate">Validates the options of the store by reading them. Throws if they are not valid.</param>
internal sealed record ArtifactStoreRegistration(string Key, string Type, object Kind, Action<IServiceProvider> Validate)
{
    /// <summary>Gets or sets a value indicating whether code configures the store.</summary>
    public bool HasCode { get; set; }

    /// <summary>Gets the service descriptor of the decorated store. It is not used if the application registers its own store with the same key.</summary>
    public ServiceDescriptor? Decorated { get; private set; }

    public bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

    public static ArtifactStoreRegistration? Find(IServiceCollection services, string key) => services
        .Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance)
        .OfType<ArtifactStoreRegistration>().FirstOrDefault(store => store.HasKey(key));

    /// <summary>Registers a store and the keyed services that depend on it, unless the same store is already registered.</summary>
    /// <param name="services">The service collection.</param>
    /// <param name="store">The store.</param>
    /// <param name="shape">The shape of the section of the store.</param>
    /// <param name="create">Creates the store.</param>
    /// <param name="addOptions">Registers the options of the store.</param>
    /// <returns>The key in the spelling of the first registration.</returns>
    /// <exception cref="ArgumentException">The key is registered with another kind of store.</exception>
    public static string Add(
        IServiceCollection services, ArtifactStoreRegistration store, SettingShape shape, Func<IServiceProvider, IArtifactStore> create,
            Action? addOptions = null)
    {
        if (Find(services, store.Key) is { } other)
        {
            if (other.Type != store.Type || !other.Kind.Equals(store.Kind))
            {
                var origin = other.HasCode ? "" : $" by a call or by MlOps:Storage:{other.Key}:Type";
                throw new ArgumentException(
                    $"An artifact store with the key '{store.Key}' is already registered with the type '{other.Type}'{origin}, "
                    + $"but this store has the type '{store.Type}'. "
                    + "Use another key.",
                    nameof(store));
            }

            other.HasCode |= store.HasCode;
            return other.Key;
        }

        services.AddSingleton(store);
        services.AddSingleton(new SettingsSection($"Storage:{store.Key}", shape, static _ => { }));
        addOptions?.Invoke();
        services.AddKeyedSingleton(store.Key, (provider, _) => new InstrumentedArtifactStore(
            ConditionVerdicts.KeepFor(create(provider), provider.GetRequiredService<ILogger<ConditionVerdicts>>()),
            store.Key,
            provider.GetRequiredService<IMeterFactory>(),
            provider.GetRequiredService<ILogger<InstrumentedArtifactStore>>()));
        store.Decorated = ServiceDescriptor.KeyedSingleton(store.Key, (provider, _) => Decorate(provider, store));
        services.TryAdd(store.Decorated); // keep a store that the application registered itself
        KeyedStoreRegistration.Add(services, store.Key);
        return store.Key;
    }

    /// <summary>Gets the store with a key, ignoring case.</summary>
    /// <exception cref="ArgumentException">No store has the key.</exception>
    public static IArtifactStore GetStore(IServiceProvider services, string key)
    {
        var stores = services.GetServices<ArtifactStoreRegistration>().ToArray();
        var registration = Array.Find(stores, store => store.HasKey(key));
        return services.GetKeyedService<IArtifactStore>(registration?.Key ?? key) ?? throw new ArgumentException(
            $"No artifact store is registered with the key '{key}'. {ArtifactStoreAdvice.Get(key, stores.Select(static store => store.Key))}", nameof(key));
    }

    private static IArtifactStore Decorate(IServiceProvider services, ArtifactStoreRegistration registration)
    {
        var selected = services.GetRequiredService<IOptions<MlOpsOptions>>().Value.Storage.Provider; // validate all settings first
        IArtifactStore store = services.GetRequiredKeyedService<InstrumentedArtifactStore>(registration.Key);
        foreach (var decoration in services.GetServices<ArtifactStoreDecoration>().Where(decoration => registration.HasKey(decoration.Key ?? selected)))
        {
            store = decoration.Decorate(services, store)
                ?? throw new InvalidOperationException(
                    $"DecorateStore returned null for the store '{registration.Key}'. Return the decorator, or the unchanged store.");
        }

        return store;
    }
}
