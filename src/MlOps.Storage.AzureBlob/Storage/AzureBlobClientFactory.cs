using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace MlOps.Storage;

/// <summary>Makes the SDK's client as the options say.</summary>
internal static class AzureBlobClientFactory
{
    public static BlobContainerClient Create(AzureBlobStorageOptions options, TokenCredential? credential, HttpPipelineTransport transport)
    {
        var clientOptions = new BlobClientOptions
        {
            Transport = transport,
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = options.MaxRetries,
                Delay = TimeSpan.FromSeconds(0.4),
                MaxDelay = TimeSpan.FromSeconds(10),
                NetworkTimeout = Timeout.InfiniteTimeSpan,
            },
        };
        return CreateService(options, credential, clientOptions).GetBlobContainerClient(options.Container);
    }

    /// <summary>Makes the transport: the SDK's own has no limit on the time it takes to connect, and one on a whole request instead of on standing still.</summary>
    public static HttpClient CreateHttpClient(AzureBlobStorageOptions options) =>
        new(TransferHttpHandler.Create(options.ConnectTimeout, options.StallTimeout)) { Timeout = Timeout.InfiniteTimeSpan };

    public static bool UsesEntraId(AzureBlobStorageOptions options) =>
        string.IsNullOrEmpty(options.ConnectionString) && string.IsNullOrEmpty(options.AccountKey) && string.IsNullOrEmpty(options.SasToken);

    private static BlobServiceClient CreateService(AzureBlobStorageOptions options, TokenCredential? credential, BlobClientOptions clientOptions)
    {
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            return new BlobServiceClient(options.ConnectionString, clientOptions);
        }

        var serviceUri = options.ServiceUri!;
        if (!string.IsNullOrEmpty(options.AccountKey))
        {
            var name = string.IsNullOrEmpty(options.AccountName) ? AzureBlobStorageOptionsValidator.FindAccountName(serviceUri) : options.AccountName;
            return new BlobServiceClient(serviceUri, new StorageSharedKeyCredential(name, options.AccountKey), clientOptions);
        }

        return string.IsNullOrEmpty(options.SasToken)
            ? new BlobServiceClient(serviceUri, credential ?? new DefaultAzureCredential(), clientOptions)
            : new BlobServiceClient(serviceUri, new AzureSasCredential(options.SasToken), clientOptions);
    }
}
