using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers artifact stores in Azure Blob Storage.</summary>
public static partial class AzureBlobBuilderExtensions
{
    /// <summary>Registers a store in a container of Azure Blob Storage, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c>.</summary>
    /// <remarks>
    /// <para><c>MlOps:Storage:Provider</c> selects it; opens no connection. A <see cref="TokenCredential"/> among the services is used where the options hold no secret. Settings alone add
    /// more stores: each section below <c>MlOps:Storage</c> with the <c>Type</c> <c>AzureBlob</c> is one.</para>
    /// <para>A <see cref="BlobServiceClient"/> among the services is used instead of one made from the options: the keyed one with the store's key, or else the one without a key. Address,
    /// sign-in, retries and timeouts are then the client's own.</para>
    /// <para>A call that repeats a key of an Azure store registers nothing again; the options that it sets in code apply too.</para>
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty, or registered with another type.</exception>
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
                options, new AzureBlobSettings(key), services.GetService<TokenCredential>(), services.GetRequiredService<TimeProvider>(), FindClient(services, key, options)));
    }

    /// <summary>Finds the client that the application registered, and logs the settings that are not used because of it.</summary>
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
            LogUnused(services.GetRequiredService<ILogger<AzureBlobArtifactStore>>(), key, string.Join(", ", unused.Where(static setting => setting is not null)));
        }

        return client;
    }

    [LoggerMessage(
        180,
        LogLevel.Warning,
        "The store '{Store}' uses the BlobServiceClient that the application registered; the settings {Settings} in MlOps:Storage:{Store} are not used. "
        + "Remove the settings, or register a client for this store alone: AddKeyedSingleton(\"{Store}\", client).")]
    private static partial void LogUnused(ILogger logger, string store, string settings);
}
