using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.DependencyInjection;
using MlOps.Documents;

namespace MlOps.Storage;

/// <summary>
/// Selects the store for unkeyed services: the application's own <see cref="IArtifactStore"/>, or the store that <c>MlOps:Storage:Provider</c> names.
/// </summary>
internal sealed partial class ArtifactStoreSelector
{
    /// <summary>The key of the services for the application's own store.</summary>
    public const string OwnKey = "MlOps.ApplicationStore";

    private readonly IServiceProvider _services;
    private readonly ILogger _logger;
    private volatile IArtifactStore? _selected;
    private volatile string? _key;

    public ArtifactStoreSelector(IServiceProvider services, ILogger<MlOpsOptions> logger)
    {
        _services = services;
        _logger = logger;
    }

    /// <summary>Gets the key of the selected store, which is <see cref="OwnKey"/> for the application's own store.</summary>
    public string Key => _key ??= FindKey();

    /// <summary>Registers the services for the application's own store.</summary>
    public static void AddOwn(IServiceCollection services)
    {
        if (!services.Any(static service => service.IsKeyedService && OwnKey.Equals(service.ServiceKey)))
        {
            services.AddKeyedSingleton(OwnKey, static (provider, _) => ConditionVerdicts.KeepFor(
                provider.GetRequiredService<IArtifactStore>(), provider.GetRequiredService<ILogger<ConditionVerdicts>>()));
            KeyedStoreRegistration.Add(services, OwnKey);
        }
    }

    /// <summary>Determines whether a keyed store is registered, which includes stores that the application registered itself.</summary>
    public static bool HasOwn(IServiceProvider services, string key) =>
        !string.IsNullOrEmpty(key) && services.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IArtifactStore), key) == true;

    /// <summary>
    /// Gets a service for the selected store. The result is the keyed singleton itself, so keyed and unkeyed resolution return the same instance.
    /// </summary>
    public TService Get<TService>()
        where TService : notnull => _services.GetRequiredKeyedService<TService>(Key);

    /// <summary>Gets the store that <c>MlOps:Storage:Provider</c> names.</summary>
    public IArtifactStore Select()
    {
        var provider = _services.GetRequiredService<IOptions<MlOpsOptions>>().Value.Storage.Provider;
        return _selected ??= _services.GetRequiredKeyedService<IArtifactStore>(FindRegistration(provider)?.Key ?? provider);
    }

    private ArtifactStoreRegistration? FindRegistration(string key) =>
        _services.GetServices<ArtifactStoreRegistration>().FirstOrDefault(store => store.HasKey(key));

    private string FindKey()
    {
        var provider = _services.GetRequiredService<IOptions<MlOpsOptions>>().Value.Storage.Provider;
        var store = _services.GetRequiredService<IArtifactStore>();
        if (ReferenceEquals(store, _selected))
        {
            return FindRegistration(provider)?.Key ?? OwnKey;
        }

        if (_services.GetServices<ArtifactStoreDecoration>().Any(static decoration => decoration.Key is null))
        {
            throw new InvalidOperationException(
                "DecorateStore decorates the store that MlOps:Storage:Provider selects, "
                + "but the application registered its own IArtifactStore, which is used instead. "
                + "Decorate that store where it is registered, or register it with AddArtifactStore(\"<key>\", …) and set Provider to the key.");
        }

        if (_services.GetRequiredService<MlOpsSettings>().Find("Storage:Provider") is not null)
        {
            LogNotSelected(provider);
        }

        return OwnKey;
    }

    [LoggerMessage(
        12,
        LogLevel.Warning,
        "MlOps:Storage:Provider is '{Provider}', but the application registered its own IArtifactStore, which is used instead. "
        + "Remove the setting, or register the store with AddArtifactStore(\"<key>\", …) and set Provider to the key.")]
    private partial void LogNotSelected(string provider);
}
