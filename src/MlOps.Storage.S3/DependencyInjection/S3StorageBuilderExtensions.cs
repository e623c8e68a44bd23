using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers stores in S3 buckets.</summary>
public static partial class S3StorageBuilderExtensions
{
    /// <summary>Registers a store in an S3 bucket, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by code.</summary>
    /// <remarks>
    /// <para>Opens no connection. The store is used where <c>MlOps:Storage:Provider</c> names the key, and as a keyed service. Settings alone add more stores: each section below
    /// <c>MlOps:Storage</c> with the <c>Type</c> <c>S3</c> is one.</para>
    /// <para>An <see cref="IAmazonS3"/> among the services is used instead of a client made from the options: the keyed one with the store's key, or else the one without a key. Address,
    /// credentials, retries and timeouts are then the client's own.</para>
    /// <para>A call that repeats a key of an S3 store registers nothing again; the options that it sets in code apply too.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another type.</exception>
    public static MlOpsBuilder AddS3Storage(
        this MlOpsBuilder builder, string key = S3StorageOptions.DefaultKey, Action<S3StorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<S3StorageOptions>, S3SectionName>());
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<S3StorageOptions>, S3StorageOptionsValidator>());
        return builder.AddArtifactStore<S3StorageOptions>(
            S3StorageOptions.DefaultKey,
            key,
            static (section, options) => section.Bind(options),
            configure,
            static (services, key, options) => new S3ArtifactStore(options, FindClient(services, key, options)));
    }

    /// <summary>Finds the client that the application registered, and logs the settings that are not used because of it.</summary>
    private static IAmazonS3? FindClient(IServiceProvider services, string key, S3StorageOptions options)
    {
        var client = services.GetKeyedService<IAmazonS3>(key) ?? services.GetService<IAmazonS3>();
        string?[] unused =
        [
            options.ServiceUrl is null ? null : nameof(options.ServiceUrl),
            options.Region is null ? null : nameof(options.Region),
            options.ForcePathStyle is null ? null : nameof(options.ForcePathStyle),
            options.AccessKey is null ? null : nameof(options.AccessKey),
            options.SecretKey is null ? null : nameof(options.SecretKey),
            options.SessionToken is null ? null : nameof(options.SessionToken),
            options.Profile is null ? null : nameof(options.Profile),
            options.RoleArn is null ? null : nameof(options.RoleArn),
            options.CaCertificateFile is null ? null : nameof(options.CaCertificateFile),
        ];
        if (client is not null && unused.Any(static setting => setting is not null))
        {
            LogUnused(services.GetRequiredService<ILogger<S3ArtifactStore>>(), key, string.Join(", ", unused.Where(static setting => setting is not null)));
        }

        return client;
    }

    [LoggerMessage(
        180,
        LogLevel.Warning,
        "The store '{Store}' uses the IAmazonS3 that the application registered; the settings {Settings} in MlOps:Storage:{Store} are not used. "
        + "Remove the settings, or register a client for this store alone: AddKeyedSingleton(\"{Store}\", client).")]
    private static partial void LogUnused(ILogger logger, string store, string settings);

    /// <summary>Sets the name of the section that the options of a key are read from, for messages.</summary>
    private sealed class S3SectionName : IConfigureNamedOptions<S3StorageOptions>
    {
        public void Configure(S3StorageOptions options) => Configure(name: null, options);

        public void Configure(string? name, S3StorageOptions options) => options.Section = string.IsNullOrEmpty(name) ? null : $"MlOps:Storage:{name}";
    }
}
