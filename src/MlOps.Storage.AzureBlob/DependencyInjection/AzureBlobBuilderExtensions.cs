using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MlOps.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers artifact stores in Azure Blob Storage.</summary>
public static class AzureBlobBuilderExtensions
{
    /// <summary>Registers a store in a container of Azure Blob Storage, with its options bound from <c>MlOps:Storage:&lt;key&gt;</c>.</summary>
    /// <remarks><c>MlOps:Storage:Provider</c> selects it; opens no connection. A <see cref="TokenCredential"/> among the services is used where the options hold no secret.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="key">The service key, options name and section name.</param>
    /// <param name="configure">Sets options in code; wins over the section.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The key is empty or registered already.</exception>
    public static MlOpsBuilder AddAzureBlobStorage(
        this MlOpsBuilder builder, string key = AzureBlobStorageOptions.DefaultKey, Action<AzureBlobStorageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureBlobStorageOptions>, AzureBlobStorageOptionsValidator>());
        return builder.AddArtifactStore<AzureBlobStorageOptions>(
            key,
            static (section, options) => section.Bind(options),
            configure,
            (services, options) => new AzureBlobArtifactStore(
                options, new AzureBlobSettings(key), services.GetService<TokenCredential>(), services.GetRequiredService<TimeProvider>()));
    }
}
