using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that register stores in Azure Blob Storage.</summary>
public static partial class AzureBlobBuilderExtensions
{
    /// <summary>Registers a store in an Azure Blob container. Its options are bound from <c>MlOps:Storage:&lt;key&gt;</c> and then set by code.</summary>
    /// <remarks>
    /// <para>No connection is opened. The store is the default store if <c>MlOps:Storage:Provider</c> is the key, and is always available as a keyed
    /// service. Each section of <c>MlOps:Storage</c> with the <c>Type</c> <c>AzureBlob</c> adds a further store.</para>
    /// <para>A registered <see cref="TokenCredential"/> is used if the options contain no secret. If a <see cref="BlobServiceClient"/> is registered, with
    /// the key of the store or without a key, it is used instead of a client from the options. Settings for address, sign-in, retries and timeouts are then
    /// ignored.</para>
    /// <para>A repeated call with the same key does not register the store again, but its options also apply.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code. Overrides the configuration section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or is registered with another provider.</exception>
    public static MlOpsBuilder AddAzureBlobStorage(
        this MlOpsBuilder builder, string key = AzureBlobStorageOptions.DefaultKey, Action<AzureBlobStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureBlobStorageOptions>, AzureBlobStorageOptionsValidator>());
        return builder.AddArtifactStore<AzureBlobStorageOptions>(
            AzureBlobStorageOptions.DefaultKey,
            key,
            static (section, options) => section.Bind(options),
            configure,
            static (services, key, options) => new AzureBlobArtifactStore(
                options,
                new AzureBlobSettings(key),
                services.GetService<TokenCredential>(),
                services.GetRequiredService<TimeProvider>(),
                FindClient(services, key, options)));
    }

    /// <summary>Finds the client that the application registered, and logs the ignored settings.</summary>
    private static BlobServiceClient? FindClient(IServiceProvider services, string key, AzureBlobStorageOptions options)
    {
        var client = services.GetKeyedService<BlobServiceClient>(key) ?? services.GetService<BlobServiceClient>();
        string?[] unused =
        [
            options.ConnectionString is null ? null : nameof(options.ConnectionString),
            options.ServiceUri is null ? null : nameof(options.ServiceUri),
            options.AccountName is null ? null : nameof(options.AccountName),
            options.AccountKey is null ? null : nameof(options.AccountKey),
            options.SasToken is null ? null : nameof(options.SasToken),
            options.ManagedIdentityClientId is null ? null : nameof(options.ManagedIdentityClientId),
            options.CaCertificateFile is null ? null : nameof(options.CaCertificateFile),
        ];
        if (client is not null && unused.Any(static setting => setting is not null))
        {
            LogUnused(
                services.GetRequiredService<ILogger<AzureBlobArtifactStore>>(),
                key,
                string.Join(", ", unused.Where(static setting => setting is not null)));
        }

        return client;
    }

    [LoggerMessage(
        181,
        LogLevel.Warning,
        "The store '{Store}' uses the BlobServiceClient that the application registered. The settings {Settings} of MlOps:Storage:{Store} are ignored. "
        + "Remove the settings, or register a client for this store alone: AddKeyedSingleton(\"{Store}\", client).")]
    private static partial void LogUnused(ILogger logger, string store, string settings);
}
