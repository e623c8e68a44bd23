using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace MlOps.Storage;

/// <summary>Makes the SDK's client from the options.</summary>
internal static class S3ClientFactory
{
    private const string DefaultRegion = "us-east-1";

    public static AmazonS3Client Create(S3StorageOptions options)
    {
        var configuration = new AmazonS3Config
        {
            // The store itself names the checksums it wants in a request: what the SDK adds by default goes into aws-chunked trailers.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            MaxErrorRetry = options.MaxRetries,
            MaxStaleConnectionRetries = options.MaxRetries,
            HttpClientFactory = new GuardedHttpClientFactory(options),
        };
        if (options.ServiceUrl is { } url)
        {
            configuration.ServiceURL = url.AbsoluteUri;
            configuration.AuthenticationRegion = string.IsNullOrEmpty(options.Region) ? DefaultRegion : options.Region;
        }
        else if (options.Region is { Length: > 0 } region)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        configuration.ForcePathStyle = options.ForcePathStyle ?? options.ServiceUrl is not null;
        if (!string.IsNullOrEmpty(options.Profile))
        {
            configuration.Profile = new Profile(options.Profile);
        }

        try
        {
            return GetCredentials(options) is { } credentials ? new AmazonS3Client(credentials, configuration) : new AmazonS3Client(configuration);
        }
        catch (AmazonClientException exception)
        {
            throw new ProviderException(
                S3Errors.Provider,
                "connect",
                isTransient: false,
                $"No client for bucket '{options.Bucket}' can be made: {exception.Message}. Set {options.NameOf(nameof(options.Region))} for AWS, or "
                + $"{options.NameOf(nameof(options.ServiceUrl))} for another server.",
                exception);
        }
    }

    private static AWSCredentials? GetCredentials(S3StorageOptions options) => options switch
    {
        { AccessKey: null or "" } => null,
        { SessionToken: null or "" } => new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        _ => new SessionAWSCredentials(options.AccessKey, options.SecretKey, options.SessionToken),
    };

    /// <summary>Bounds connecting and stalling in time, and leaves every other limit to the retries and to the caller's token.</summary>
    private sealed class GuardedHttpClientFactory(S3StorageOptions options) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new PromptHandler(TransferHttpHandler.Create(options.ConnectTimeout, options.StallTimeout))) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>
    /// Sends small bodies at once: the SDK asks for leave with <c>Expect: 100-continue</c> first, which costs a round trip for each. And makes a 429, which
    /// the SDK repeats only with some error codes, the 503 that it always repeats.
    /// </summary>
    private sealed class PromptHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private const long SmallBody = 1 << 20;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content?.Headers.ContentLength < SmallBody)
            {
                request.Headers.ExpectContinue = false;
            }

            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                response.StatusCode = HttpStatusCode.ServiceUnavailable;
            }

            return response;
        }
    }
}
