using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register stores in S3 buckets.</summary>
public static partial class S3StorageBuilderExtensions
{
    /// <summary>Registers a store in an S3 bucket. Its options are bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by code.</summary>
    /// <remarks>
    /// <para>No connection is opened. The store is the default store if <c>MlOps:Storage:Provider</c> is the key, and is always available as a keyed
    /// service. Each section of <c>MlOps:Storage</c> with the <c>Type</c> <c>S3</c> adds a further store.</para>
    /// <para>If an <see cref="IAmazonS3"/> is registered, with the key of the store or without a key, it is used instead of a client from the options.
    /// Settings for address, credentials, retries and timeouts are then ignored.</para>
    /// <para>A repeated call with the same key does not register the store again, but its options also apply.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code. Overrides the configuration section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or is registered with another provider.</exception>
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

    /// <summary>Finds the client that the application registered, and logs the ignored settings.</summary>
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
        "The store '{Store}' uses the IAmazonS3 that the application registered. The settings {Settings} of MlOps:Storage:{Store} are ignored. "
        + "Remove the settings, or register a client for this store alone: AddKeyedSingleton(\"{Store}\", client).")]
    private static partial void LogUnused(ILogger logger, string store, string settings);

    /// <summary>Sets the configuration section of the options, for messages.</summary>
    private sealed class S3SectionName : IConfigureNamedOptions<S3StorageOptions>
    {
        public void Configure(S3StorageOptions options) => Configure(name: null, options);

        public void Configure(string? name, S3StorageOptions options) => options.Section = string.IsNullOrEmpty(name) ? null : $"MlOps:Storage:{name}";
    }
}
