using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.DependencyInjection;

namespace MlOps.Storage;

/// <summary>A store type that settings can use to add stores: <c>MlOps:Storage:&lt;key&gt;:Type</c>.</summary>
/// <param name="Name">The name of the type.</param>
/// <param name="Shape">The shape of the section of a store.</param>
/// <param name="AddStore">Registers a store of this type with a key.</param>
internal sealed record ArtifactStoreType(string Name, SettingShape Shape, Action<MlOpsBuilder, string> AddStore)
{
    /// <summary>The name of the setting for the type.</summary>
    public const string Setting = "Type";

    private const string StoragePath = MlOpsOptions.SectionName + ":Storage";

    public bool HasName(string name) => string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Registers a type, and the configured stores of all registered types.</summary>
    public static void Add(MlOpsBuilder builder, ArtifactStoreType type)
    {
        if (!In(builder.Services).Any(other => other.HasName(type.Name)))
        {
            builder.Services.AddSingleton(type);
        }

        AddConfiguredStores(builder);
    }

    /// <summary>Registers the configured stores that are not registered yet.</summary>
    public static void AddConfiguredStores(MlOpsBuilder builder)
    {
        var types = In(builder.Services).ToArray();
        var configuration = FindConfiguration(builder.Services);
        foreach (var section in configuration?.GetSection(StoragePath).GetChildren() ?? [])
        {
            if (section[Setting] is { } name
                && Array.Find(types, type => type.HasName(name)) is { } type
                && ArtifactStoreRegistration.Find(builder.Services, section.Key) is null)
            {
                type.AddStore(builder, FindSpelling(configuration, section.Key));
            }
        }
    }

    /// <summary>Finds a spelling of a key that is not all uppercase. Environment variables may be uppercase, but service keys are case-sensitive.</summary>
    private static string FindSpelling(IConfiguration? configuration, string key) =>
        (configuration as IConfigurationRoot)?.Providers.SelectMany(static provider => provider.GetChildKeys([], StoragePath))
            .FirstOrDefault(other => other.Equals(key, StringComparison.OrdinalIgnoreCase) && other.Any(char.IsLower)) ?? key;

    private static IEnumerable<ArtifactStoreType> In(IServiceCollection services) => InstancesOf<ArtifactStoreType>(services);

    /// <summary>Finds the configuration before the container is built: the one that was passed to <c>AddMlOps</c>, or the one of the host.</summary>
    private static IConfiguration? FindConfiguration(IServiceCollection services) =>
        InstancesOf<MlOpsSettings>(services).LastOrDefault()?.Configuration
        ?? InstancesOf<IConfiguration>(services).LastOrDefault()
        ?? InstancesOf<HostBuilderContext>(services).LastOrDefault()?.Configuration;

    private static IEnumerable<T> InstancesOf<T>(IServiceCollection services) =>
        services.Where(static service => !service.IsKeyedService && service.ServiceType == typeof(T))
            .Select(static service => service.ImplementationInstance).OfType<T>();
}
