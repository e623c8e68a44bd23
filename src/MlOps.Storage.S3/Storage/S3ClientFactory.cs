using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using MlOps.Providers;

namespace MlOps.Storage;

/// <summary>Creates the client of the SDK from the options.</summary>
internal static class S3ClientFactory
{
    private const string DefaultRegion = "us-east-1";

    public static AmazonS3Client Create(S3StorageOptions options)
    {
        try
        {
            var configuration = new AmazonS3Config
            {
                // The store sets checksum headers itself, because the SDK sends its default checksums in aws-chunked trailers.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                ForcePathStyle = options.ForcePathStyle ?? options.ServiceUrl is not null,
            };
            Configure(configuration, options);
            return GetCredentials(options) is { } credentials ? new AmazonS3Client(credentials, configuration) : new AmazonS3Client(configuration);
        }
        catch (Exception exception) when (exception is not MlOpsException)
        {
            throw new ProviderException(
                S3Errors.Provider,
                "connect",
                isTransient: false,
                $"The client for bucket '{options.Bucket}' cannot be created: {exception.Message.TrimEnd('.')}. "
                + $"Check {options.NameOf(nameof(options.Region))}, "
                + $"{options.NameOf(nameof(options.ServiceUrl))} and {options.NameOf(nameof(options.Profile))}.",
                exception);
        }
    }

    /// <summary>Sets the common configuration of the clients for S3 and the security token service.</summary>
    private static void Configure(ClientConfig configuration, S3StorageOptions options)
    {
        configuration.MaxErrorRetry = options.MaxRetries;
        configuration.MaxStaleConnectionRetries = options.MaxRetries;
        configuration.HttpClientFactory = new GuardedHttpClientFactory(options);
        if (options.ServiceUrl is { } url)
        {
            configuration.ServiceURL = url.AbsoluteUri;
            configuration.AuthenticationRegion = string.IsNullOrEmpty(options.Region) ? DefaultRegion : options.Region;
        }
        else if (options.Region is { Length: > 0 } region)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        if (!string.IsNullOrEmpty(options.Profile))
        {
            configuration.Profile = new Profile(options.Profile);
        }
    }

    private static AWSCredentials? GetCredentials(S3StorageOptions options)
    {
        AWSCredentials? own = options switch
        {
            { AccessKey: null or "" } => null,
            { SessionToken: null or "" } => new BasicAWSCredentials(options.AccessKey, options.SecretKey),
            _ => new SessionAWSCredentials(options.AccessKey, options.SecretKey, options.SessionToken),
        };
        return string.IsNullOrEmpty(options.RoleArn) ? own : new RoleCredentials(own, options);
    }

    /// <summary>The credentials of a role, which are renewed before they expire.</summary>
    private sealed class RoleCredentials : RefreshingAWSCredentials
    {
        private readonly AWSCredentials? _own;
        private readonly S3StorageOptions _options;

        public RoleCredentials(AWSCredentials? own, S3StorageOptions options)
        {
            (_own, _options) = (own, options);
            PreemptExpiryTime = TimeSpan.FromMinutes(5);
        }

        protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
        {
            var configuration = new AmazonSecurityTokenServiceConfig();
            Configure(configuration, _options);
            using var client = _own is null ? new AmazonSecurityTokenServiceClient(configuration) : new AmazonSecurityTokenServiceClient(_own, configuration);
            var request = new AssumeRoleRequest { RoleArn = _options.RoleArn, RoleSessionName = _options.RoleSessionName };
            var response = await client.AssumeRoleAsync(request).ConfigureAwait(false);
            return response.Credentials is { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, Expiration: { } expiration } credentials
                ? new CredentialsRefreshState(
                    new ImmutableCredentials(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken), expiration)
                : throw new FormatException("The response of the security token service has no credentials.");
        }
    }

    /// <summary>Creates HTTP clients that limit the time of connecting and stalling. The caller limits the total time by its token.</summary>
    private sealed class GuardedHttpClientFactory(S3StorageOptions options) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new RequestHandler(TransferHttpHandler.Create(options.ConnectTimeout, options.StallTimeout, options.CaCertificateFile)))
            {
                Timeout = Timeout.InfiniteTimeSpan,
            };
    }

    /// <summary>
    /// Sends small bodies without <c>Expect: 100-continue</c>, which saves a round trip. Converts status 429, which the SDK retries only with some error codes,
    /// to 503, which it always retries.
    /// </summary>
    private sealed class RequestHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
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
