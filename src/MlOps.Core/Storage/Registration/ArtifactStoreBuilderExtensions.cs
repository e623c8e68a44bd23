using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.DependencyInjection;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers artifact stores. The <c>Add…Storage</c> methods of providers call <c>AddArtifactStore</c>.</summary>
public static class ArtifactStoreBuilderExtensions
{
    private const string MemoryType = InMemoryArtifactStore.DefaultKey;

    /// <summary>Registers a store type, and a store of this type with a key.</summary>
    /// <remarks>
    /// <para>
    /// The store is a keyed singleton <see cref="IArtifactStore"/> that is created on first use and owned by the container. Its options are bound from
    /// <c>MlOps:Storage:&lt;key&gt;</c> and then set by <paramref name="configure"/>. They are validated when the host starts if the store is selected or
    /// configured. Also register an <see cref="IValidateOptions{TOptions}"/> whose failures contain the full path of the setting.
    /// </para>
    /// <para>
    /// Each section <c>MlOps:Storage:&lt;key&gt;</c> with this <c>Type</c> adds another store. These sections are read during this call, from the
    /// configuration that was passed to <c>AddMlOps</c> or, if there is none, from the configuration of the host.
    /// </para>
    /// <para>A repeated call with the same key and type does not register the store again. Its <paramref name="configure"/> runs after the earlier ones.</para>
    /// </remarks>
    /// <typeparam name="TOptions">The options class of the provider.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The name of the type, which is the default key of the provider, such as <c>S3</c>.</param>
    /// <param name="key">The service key, options name and section name. The setting <c>Provider</c> ignores case; keyed services are case-sensitive.</param>
    /// <param name="bind">Binds the section with <c>section.Bind(options)</c>. Pass a lambda in the project of the provider, so that the binding source
    /// generator recognizes the type. Keys without a matching property are errors.</param>
    /// <param name="configure">Sets options in code. These take precedence over the section.</param>
    /// <param name="create">Creates the store with a key.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another type.</exception>
    public static MlOpsBuilder AddArtifactStore<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
        this MlOpsBuilder builder,
        string type,
        string key,
        Action<IConfigurationSection, TOptions> bind,
        Action<TOptions>? configure,
        Func<IServiceProvider, string, TOptions, IArtifactStore> create)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(bind);
        ArgumentNullException.ThrowIfNull(create);
        var registered = Add(builder, key, configure is not null);
        if (configure is not null)
        {
            builder.Services.AddOptions<TOptions>(registered).Configure(configure);
        }

        ArtifactStoreType.Add(builder, new ArtifactStoreType(type, SettingShape.Of<TOptions>(), (services, name) => Add(services, name, hasCode: false)));
        return builder;

        string Add(MlOpsBuilder builder, string key, bool hasCode)
        {
            var registration = new ArtifactStoreRegistration(key, type, typeof(TOptions), services => _ = GetOptions(services, key)) { HasCode = hasCode };
            return ArtifactStoreRegistration.Add(
                builder.Services,
                registration,
                SettingShape.Of<TOptions>(),
                services => create(services, key, GetOptions(services, key)),
                () => SectionBinder<TOptions>.AddNamed(builder.Services, name => name == key ? $"Storage:{key}" : null, bind));
        }

        static TOptions GetOptions(IServiceProvider services, string key) => services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(key);
    }

    /// <summary>Registers a store with a key that is also the name of its type.</summary>
    /// <remarks>The other overload also describes the binding of options, stores that are added by settings alone, and repeated calls.</remarks>
    /// <typeparam name="TOptions">The options class of the provider.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name, section name and type name.</param>
    /// <param name="bind">Binds the section with <c>section.Bind(options)</c>.</param>
    /// <param name="configure">Sets options in code. These take precedence over the section.</param>
    /// <param name="create">Creates the store.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another type.</exception>
    public static MlOpsBuilder AddArtifactStore<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
        this MlOpsBuilder builder,
        string key,
        Action<IConfigurationSection, TOptions> bind,
        Action<TOptions>? configure,
        Func<IServiceProvider, TOptions, IArtifactStore> create)
        where TOptions : class =>
        builder.AddArtifactStore(key, key, bind, configure, (services, _, options) => create(services, options));

    /// <summary>Registers a store without an options class.</summary>
    /// <remarks>The settings in the section <c>MlOps:Storage:&lt;key&gt;</c> are not validated. <paramref name="create"/> may read them.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key.</param>
    /// <param name="create">Creates the store.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another <paramref name="create"/>.</exception>
    public static MlOpsBuilder AddArtifactStore(this MlOpsBuilder builder, string key, Func<IServiceProvider, IArtifactStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(create);
        var registration = new ArtifactStoreRegistration(key, key, create, static _ => { }) { HasCode = true };
        ArtifactStoreRegistration.Add(builder.Services, registration, SettingsCheck.AnyObject, create);
        return builder;
    }

    /// <summary>Registers an additional local-disk store. <c>AddMlOps</c> registers one with the key <c>LocalDisk</c>.</summary>
    /// <remarks>A repeated call with the same key does not register the store again. Its <paramref name="configure"/> runs after the earlier ones.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code. These take precedence over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another type.</exception>
    public static MlOpsBuilder AddLocalDiskStorage(this MlOpsBuilder builder, string key, Action<LocalDiskStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LocalDiskStorageOptions>, LocalDiskStorageOptionsValidator>());
        return builder.AddArtifactStore<LocalDiskStorageOptions>(
            LocalDiskStorageOptions.DefaultKey,
            key,
            static (section, options) => section.Bind(options),
            configure,
            static (services, key, options) => new LocalDiskArtifactStore(options, services.GetRequiredService<TimeProvider>(), key));
    }

    /// <summary>Registers an additional in-memory store for tests. <c>AddMlOps</c> registers one with the key <c>Memory</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another type.</exception>
    public static MlOpsBuilder AddInMemoryStorage(this MlOpsBuilder builder, string key)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        Add(builder, key);
        ArtifactStoreType.Add(builder, new ArtifactStoreType(MemoryType, SettingShape.Create(), Add));
        return builder;

        static void Add(MlOpsBuilder builder, string key) => ArtifactStoreRegistration.Add(
            builder.Services,
            new ArtifactStoreRegistration(key, MemoryType, typeof(InMemoryArtifactStore), static _ => { }) { HasCode = key != MemoryType },
            SettingShape.Create(),
            static services => new InMemoryArtifactStore(services.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Decorates the store that <c>MlOps:Storage:Provider</c> selects.</summary>
    /// <remarks>
    /// <para>
    /// All capabilities and all consumers of <see cref="IArtifactStore"/> use the decorated store. If several decorators are registered, the last one is
    /// the outermost. The container owns and disposes the inner store and the decorator.
    /// </para>
    /// <para>A decorator must forward <see cref="IArtifactStore.GetService"/>, so that optional capabilities remain available.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="decorate">Creates the decorator of a store.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder DecorateStore(this MlOpsBuilder builder, Func<IServiceProvider, IArtifactStore, IArtifactStore> decorate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(decorate);
        return AddDecoration(builder, key: null, decorate);
    }

    /// <summary>Decorates the store with a key.</summary>
    /// <inheritdoc cref="DecorateStore(MlOpsBuilder, Func{IServiceProvider, IArtifactStore, IArtifactStore})"/>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The key of the store, ignoring case.</param>
    /// <param name="decorate">Creates the decorator of a store.</param>
    public static MlOpsBuilder DecorateStore(this MlOpsBuilder builder, string key, Func<IServiceProvider, IArtifactStore, IArtifactStore> decorate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(decorate);
        return AddDecoration(builder, key, decorate);
    }

    private static MlOpsBuilder AddDecoration(MlOpsBuilder builder, string? key, Func<IServiceProvider, IArtifactStore, IArtifactStore> decorate)
    {
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MlOpsOptions>, ArtifactStoreDecorationValidator>());
        builder.Services.AddSingleton(new ArtifactStoreDecoration(key, decorate, builder.Services));
        return builder;
    }
}
