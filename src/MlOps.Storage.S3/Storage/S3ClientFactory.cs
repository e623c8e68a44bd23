using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;

namespace MlOps.Storage;

/// <summary>Makes the SDK's client from the options.</summary>
internal static class S3ClientFactory
{
    private const string DefaultRegion = "us-east-1";

    public static AmazonS3Client Create(S3StorageOptions options)
    {
        try
        {
            var configuration = new AmazonS3Config
            {
                // The store itself names the checksums it wants in a request: what the SDK adds by default goes into aws-chunked trailers.
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
                $"No client for bucket '{options.Bucket}' can be made: {exception.Message.TrimEnd('.')}. Check {options.NameOf(nameof(options.Region))}, "
                + $"{options.NameOf(nameof(options.ServiceUrl))} and {options.NameOf(nameof(options.Profile))}.",
                exception);
        }
    }

    /// <summary>Sets what the clients of S3 and of the token service have in common.</summary>
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

    /// <summary>The credentials of a role, renewed before they expire.</summary>
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
            var answer = await client.AssumeRoleAsync(request).ConfigureAwait(false);
            return answer.Credentials is { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, Expiration: { } expiration } credentials
                ? new CredentialsRefreshState(new ImmutableCredentials(credentials.AccessKeyId, credentials.SecretAccessKey, credentials.SessionToken), expiration)
                : throw new FormatException("The answer of the token service has no credentials.");
        }
    }

    /// <summary>Bounds connecting and stalling in time, and leaves every other limit to the retries and to the caller's token.</summary>
    private sealed class GuardedHttpClientFactory(S3StorageOptions options) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new PromptHandler(TransferHttpHandler.Create(options.ConnectTimeout, options.StallTimeout, options.CaCertificateFile))) { Timeout = Timeout.InfiniteTimeSpan };
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
