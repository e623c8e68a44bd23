using System.Net;
using System.Net.Http.Headers;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Creates the client of the SDK from the options.</summary>
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
        clientOptions.AddPolicy(new RangePolicy(), HttpPipelinePosition.PerRetry);
        return CreateService(options, credential, clientOptions).GetBlobContainerClient(options.Container);
    }

    /// <summary>
    /// Creates the HTTP client. That of the SDK does not limit the time to connect, and limits whole requests instead of stalled connections.
    /// </summary>
    public static HttpClient CreateHttpClient(AzureBlobStorageOptions options) =>
        new(TransferHttpHandler.Create(options.ConnectTimeout, options.StallTimeout, options.CaCertificateFile)) { Timeout = Timeout.InfiniteTimeSpan };

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
            ? new BlobServiceClient(serviceUri, credential ?? CreateCredential(options), clientOptions)
            : new BlobServiceClient(serviceUri, new AzureSasCredential(options.SasToken), clientOptions);
    }

    /// <summary>Creates the credential that tries workload identity, managed identity, environment and developer tools.</summary>
    internal static DefaultAzureCredential CreateCredential(AzureBlobStorageOptions options)
    {
        var credentialOptions = new DefaultAzureCredentialOptions();
        if (options.ManagedIdentityClientId is { Length: > 0 } clientId)
        {
            (credentialOptions.ManagedIdentityClientId, credentialOptions.WorkloadIdentityClientId) = (clientId, clientId);
        }

        return new DefaultAzureCredential(credentialOptions);
    }

    /// <summary>
    /// Rejects a response with the whole blob to a request for a range. The SDK resumes a failed download with a range request and appends any response.
    /// </summary>
    private sealed class RangePolicy : HttpPipelineSynchronousPolicy
    {
        public override void OnReceivedResponse(HttpMessage message)
        {
            if (message.Response.Status == (int)HttpStatusCode.OK
                && message.Request.Headers.TryGetValue("x-ms-range", out var range)
                && RangeHeaderValue.TryParse(range, out var parsed)
                && parsed.Ranges.First().From is > 0 and var first
                && !(message.Response.Headers.ContentLengthLong <= first))
            {
                throw new FormatException(
                    $"The bytes '{range}' were requested, but the response contains the whole blob. The server or a proxy may ignore ranges.");
            }
        }
    }
}
