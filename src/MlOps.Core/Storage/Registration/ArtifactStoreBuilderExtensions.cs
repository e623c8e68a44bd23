using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps;
using MlOps.DependencyInjection;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>
/// Registers artifact stores. Providers' own <c>Add…Storage</c> methods call
/// <see cref="AddArtifactStore{TOptions}(MlOpsBuilder, string, string, Action{IConfigurationSection, TOptions}, Action{TOptions}?, Func{IServiceProvider, string, TOptions, IArtifactStore})"/>.
/// </summary>
public static class ArtifactStoreBuilderExtensions
{
    private const string MemoryType = InMemoryArtifactStore.DefaultKey;

    /// <summary>
    /// Registers a type of stores and a store of it under a key, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by code.
    /// </summary>
    /// <remarks>
    /// <para>The store is a keyed singleton <see cref="IArtifactStore"/>, made when first asked for and owned by the container. Its options are validated
    /// at the host's start if it is the selected provider or anything configures it. Register an <see cref="IValidateOptions{TOptions}"/> beside it, whose
    /// failures each name the setting's full path.</para>
    /// <para>Settings alone add more stores of the type: each section <c>MlOps:Storage:&lt;key&gt;</c> with this <c>Type</c> is one. They are read when
    /// this method is called: from the configuration that <c>AddMlOps</c> was given, or else from the host's.</para>
    /// <para>A call that repeats the key and the type registers nothing again; the options that it sets in code apply after those of the earlier calls.</para>
    /// </remarks>
    /// <typeparam name="TOptions">The provider's options class.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="type">The name of the type, which is the default key of the provider, such as <c>S3</c>.</param>
    /// <param name="key">
    /// The service key, options name and section name. <c>Provider</c> may name it in any case; keyed services are asked for in this one.
    /// </param>
    /// <param name="bind">
    /// Binds the section, as <c>section.Bind(options)</c>; in the provider, so that the binding generator sees the type. Keys that are no properties of the
    /// options are errors.
    /// </param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <param name="create">Makes the store of a key.</param>
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
            return ArtifactStoreRegistration.Add(builder.Services, registration, SettingShape.Of<TOptions>(), services => create(services, key, GetOptions(services, key)), () =>
                SectionBinder<TOptions>.AddNamed(builder.Services, name => name == key ? $"Storage:{key}" : null, bind));
        }

        static TOptions GetOptions(IServiceProvider services, string key) => services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(key);
    }

    /// <summary>
    /// Registers a store under a key, which is also the name of its type, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by
    /// code.
    /// </summary>
    /// <inheritdoc cref="AddArtifactStore{TOptions}(MlOpsBuilder, string, string, Action{IConfigurationSection, TOptions}, Action{TOptions}?, Func{IServiceProvider, string, TOptions, IArtifactStore})"/>
    public static MlOpsBuilder AddArtifactStore<[DynamicallyAccessedMembers(SettingShape.Members)] TOptions>(
        this MlOpsBuilder builder,
        string key,
        Action<IConfigurationSection, TOptions> bind,
        Action<TOptions>? configure,
        Func<IServiceProvider, TOptions, IArtifactStore> create)
        where TOptions : class =>
        builder.AddArtifactStore(key, key, bind, configure, (services, _, options) => create(services, options));

    /// <summary>Registers a store that has no options under a key.</summary>
    /// <remarks>The settings in the section <c>MlOps:Storage:&lt;key&gt;</c> are not checked: they are for <paramref name="create"/> to read.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key.</param>
    /// <param name="create">Makes the store.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered by a call with another <paramref name="create"/>.</exception>
    public static MlOpsBuilder AddArtifactStore(this MlOpsBuilder builder, string key, Func<IServiceProvider, IArtifactStore> create)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(create);
        ArtifactStoreRegistration.Add(builder.Services, new ArtifactStoreRegistration(key, key, create, static _ => { }) { HasCode = true }, SettingsCheck.AnyObject, create);
        return builder;
    }

    /// <summary>Registers another store on a local disk; <c>AddMlOps</c> has registered one with the key <c>LocalDisk</c>.</summary>
    /// <remarks>A call that repeats a key of a store on a local disk registers nothing again; the options that it sets in code apply too.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
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

    /// <summary>Registers a store in this process's memory, for tests; <c>AddMlOps</c> has registered one with the key <c>Memory</c>.</summary>
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

    /// <summary>Decorates the store that <c>MlOps:Storage:Provider</c> selects, for every part that uses it.</summary>
    /// <remarks>
    /// <para>The registry, datasets, tracking, workflows, maintenance, metrics, health checks and migrations use the result, as do those who resolve
    /// <see cref="IArtifactStore"/>. Of several decorations the one registered last is the outermost. The container owns the inner store as well as the
    /// decorator, and disposes both.</para>
    /// <para>The decorator forwards <see cref="IArtifactStore.GetService"/>, so that optional capabilities stay available.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="decorate">Makes the decorator of a store.</param>
    /// <returns>The builder.</returns>
    public static MlOpsBuilder DecorateStore(this MlOpsBuilder builder, Func<IServiceProvider, IArtifactStore, IArtifactStore> decorate)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(decorate);
        return AddDecoration(builder, key: null, decorate);
    }

    /// <summary>Decorates the store with a key, for every part that uses it.</summary>
    /// <inheritdoc cref="DecorateStore(MlOpsBuilder, Func{IServiceProvider, IArtifactStore, IArtifactStore})"/>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The key of the store, in any case.</param>
    /// <param name="decorate">Makes the decorator of a store.</param>
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
