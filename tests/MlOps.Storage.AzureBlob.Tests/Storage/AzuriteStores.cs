using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>Makes stores in containers of their own on the emulator, and reaches the blobs behind them with the raw SDK.</summary>
internal static class AzuriteStores
{
    public static AzureBlobStorageOptions Options(AzuriteServer server) => new()
    {
        ConnectionString = server.ConnectionString,
        Container = AzuriteServer.NewContainerName(),
        CreateIfMissing = true,
    };

    public static async Task<AzureBlobArtifactStore> CreateAsync(Action<AzureBlobStorageOptions>? configure = null)
    {
        var options = Options(await AzuriteServer.RequireAsync());
        configure?.Invoke(options);
        return new AzureBlobArtifactStore(options);
    }

    /// <summary>Opens a container that is there, with limits that only the requests made to fail need to exceed.</summary>
    public static AzureBlobArtifactStore OpenImpatient(AzureBlobStorageOptions options, TimeSpan stallTimeout, int maxRetries) =>
        new(new AzureBlobStorageOptions
        {
            ConnectionString = options.ConnectionString,
            Container = options.Container,
            BlockSize = options.BlockSize,
            StallTimeout = stallTimeout,
            MaxRetries = maxRetries,
        });

    /// <summary>The configuration of another process that uses the same container.</summary>
    public static async Task<Dictionary<string, string>> SettingsOfAsync(IArtifactStore store) => new()
    {
        ["MlOps:Storage:Provider"] = "AzureBlob",
        ["MlOps:Storage:AzureBlob:ConnectionString"] = (await AzuriteServer.RequireAsync()).ConnectionString,
        ["MlOps:Storage:AzureBlob:Container"] = store.GetService<BlobContainerClient>()!.Name,
        ["MlOps:Storage:AzureBlob:CreateIfMissing"] = "true",
    };

    public static BlockBlobClient RawBlob(this IArtifactStore store, string name) => store.GetService<BlobContainerClient>()!.GetBlockBlobClient(name);
}
