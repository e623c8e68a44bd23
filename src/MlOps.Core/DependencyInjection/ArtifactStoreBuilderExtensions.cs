using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.DependencyInjection;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers artifact stores. Providers' own <c>Add…Storage</c> methods call <see cref="AddArtifactStore{TOptions}"/>.</summary>
public static class ArtifactStoreBuilderExtensions
{
    /// <summary>Registers a store under a key, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by code.</summary>
    /// <remarks>
    /// The store is a keyed singleton <see cref="IArtifactStore"/>, made when first asked for and owned by the container. Its options are validated at the
    /// host's start if it is the selected provider or anything configures it. Register an <see cref="IValidateOptions{TOptions}"/> beside it,
    /// whose failures each name the setting's full path.
    /// </remarks>
    /// <typeparam name="TOptions">The provider's options class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name. <c>Provider</c> may name it in any case; keyed services are asked for in this one.</param>
    /// <param name="bind">Binds the section, as <c>section.Bind(options)</c>; in the provider, so that the binding generator sees the type.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <param name="create">Makes the store.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty or registered already.</exception>
    public static MlOpsBuilder AddArtifactStore<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
        this MlOpsBuilder builder,
        string key,
        Action<IConfigurationSection, TOptions> bind,
        Action<TOptions>? configure,
        Func<IServiceProvider, TOptions, IArtifactStore> create)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        SectionBinder<TOptions>.AddNamed(builder.Services, name => name == key ? $"Storage:{key}" : null, bind);
        builder.Services.AddSingleton(new SettingsSection($"Storage:{key}", SettingShape.Of<TOptions>(), static _ => { }));
        builder.Services.AddOptions<TOptions>(key).Configure(options => configure?.Invoke(options));
        var registration = new ArtifactStoreRegistration(key, configure is not null, services => GetOptions(services));
        return builder.AddArtifactStore(registration, services => create(services, GetOptions(services)));

        TOptions GetOptions(IServiceProvider services) => services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(key);
    }

    /// <summary>Registers a store that has no options under a key.</summary>
    /// <inheritdoc cref="AddArtifactStore{TOptions}"/>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key.</param>
    /// <param name="create">Makes the store.</param>
    public static MlOpsBuilder AddArtifactStore(this MlOpsBuilder builder, string key, Func<IServiceProvider, IArtifactStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return builder.AddArtifactStore(key, SettingsCheck.AnyObject, create);
    }

    /// <summary>Registers another store on a local disk; <c>AddMlOps</c> has registered one with the key <c>LocalDisk</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty or registered already.</exception>
    public static MlOpsBuilder AddLocalDiskStorage(this MlOpsBuilder builder, string key, Action<LocalDiskStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalDiskStorageOptions>, LocalDiskStorageOptionsValidator>());
        builder.Services.AddSingleton(new OwnFilesSource(
            services => [new(services.GetRequiredService<IOptionsMonitor<LocalDiskStorageOptions>>().Get(key).Root, LocalDiskLayout.OwnNames)]));
        return builder.AddArtifactStore<LocalDiskStorageOptions>(
            key,
            static (section, options) => section.Bind(options),
            configure,
            (services, options) => new LocalDiskArtifactStore(options, services.GetRequiredService<TimeProvider>(), key));
    }

    /// <summary>Registers a store in this process's memory, for tests; <c>AddMlOps</c> has registered one with the key <c>Memory</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty or registered already.</exception>
    public static MlOpsBuilder AddInMemoryStorage(this MlOpsBuilder builder, string key) =>
        builder.AddArtifactStore(key, SettingShape.Create(), static services => new InMemoryArtifactStore(services.GetRequiredService<TimeProvider>()));

    private static MlOpsBuilder AddArtifactStore(this MlOpsBuilder builder, string key, SettingShape shape, Func<IServiceProvider, IArtifactStore> create)
    {
        builder.Services.AddSingleton(new SettingsSection($"Storage:{key}", shape, static _ => { }));
        return builder.AddArtifactStore(new ArtifactStoreRegistration(key, HasCode: true, Validate: static _ => { }), create);
    }

    private static MlOpsBuilder AddArtifactStore(
        this MlOpsBuilder builder, ArtifactStoreRegistration registration, Func<IServiceProvider, IArtifactStore> create)
    {
        var key = registration.Key;
        if (ArtifactStoreRegistration.IsRegistered(builder.Services, key))
        {
            throw new ArgumentException($"An artifact store with the key '{key}' is registered already. Give the second one a key of its own.", nameof(registration));
        }

        builder.Services.AddSingleton(registration);
        builder.Services.AddKeyedSingleton<IArtifactStore>(key, (services, _) => CreateStore(services, key, create));
        StoreServices.Add(builder.Services, key);
        DatasetServices.Add(builder.Services, key);
        RegistryServices.Add(builder.Services, key);
        TrackingServices.Add(builder.Services, key);
        WorkflowServices.Add(builder.Services, key);
        return builder;
    }

    private static InstrumentedArtifactStore CreateStore(IServiceProvider services, string key, Func<IServiceProvider, IArtifactStore> create)
    {
        _ = services.GetRequiredService<IOptions<MlOpsOptions>>().Value; // refuses wrong settings of every part
        return new InstrumentedArtifactStore(
            create(services), key, services.GetRequiredService<IMeterFactory>(), services.GetRequiredService<ILogger<InstrumentedArtifactStore>>());
    }
}
