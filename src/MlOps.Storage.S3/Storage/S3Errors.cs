using System.Net;
using System.Security.Authentication;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.S3;

namespace MlOps.Storage;

/// <summary>Converts exceptions of the SDK to exceptions of the contract.</summary>
internal sealed class S3Errors(S3StorageOptions options, IAmazonS3? client = null)
{
    /// <summary>The name in <see cref="ProviderException.Provider"/>.</summary>
    public const string Provider = "S3";

    private string Endpoint => (options.ServiceUrl ?? (client?.Config.ServiceURL is { } url ? new Uri(url) : null))
        ?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? "AWS";

    /// <summary>Determines whether an object is missing, as opposed to the bucket.</summary>
    public static bool IsAbsent(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload");

    /// <summary>Determines whether an error comes from S3. S3 sends an error code or a request ID; a web server or a proxy does not.</summary>
    public static bool IsFromS3(AmazonServiceException exception) =>
        GetResponse(exception) is not { } response
        || response.GetHeaderNames().Any(static name => name.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase))
        || (exception.ErrorCode is { Length: > 0 } code && code != exception.StatusCode.ToString());

    /// <summary>Determines whether the server reports that the condition of a request is false.</summary>
    public static bool IsConditionFailed(AmazonS3Exception exception) => exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict;

    /// <summary>Determines whether a connection failed or stalled.</summary>
    public static bool IsBrokenConnection(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Determines whether no connection was established, so that no request was sent.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    /// <summary>Converts an exception of the SDK. Returns <see langword="null"/> for an exception that reaches the caller unchanged.</summary>
    public MlOpsException? Translate(Exception exception, string operation, ArtifactPath? path, CancellationToken cancellationToken)
    {
        var action = path is null ? $"The {operation} in bucket '{options.Bucket}'" : $"The {operation} of '{path}' in bucket '{options.Bucket}'";
        return exception switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => MissingBucket(operation, exception),
            AmazonServiceException { ErrorCode: "InvalidObjectState" } => new ProviderException(
                Provider, operation, isTransient: false,
                $"{action} failed: the object is archived. "
                + "Restore the object, and exclude the prefix of the store from the archiving lifecycle rules of the bucket.",
                exception),
            AmazonServiceException service when IsRedirect(service) && !IsFromS3(service) => Redirected(action, operation, service),
            AmazonServiceException service when IsRedirect(service) || service.ErrorCode == "AuthorizationHeaderMalformed" =>
                WrongRegion(action, operation, service),
            AmazonServiceException service when IsWebPage(service) => NotS3(
                action, operation, exception, $" (status {(int)service.StatusCode} without an S3 error code)", isTransient: false),
            AmazonServiceException service when IsDenied(service) => AccessDenied(action, path, service),
            AmazonServiceException service when IsTransient(service) => new ProviderException(
                Provider, operation, isTransient: true, $"{action} failed: {Describe(service)} Try again later.", service),
            AmazonUnmarshallingException or XmlException => NotS3(action, operation, exception, $" ({exception.Message.TrimEnd('.')})", isTransient: true),
            AmazonServiceException { StatusCode: not 0 } service => new ProviderException(
                Provider, operation, isTransient: false, $"{action} was refused: {Describe(service)}{Hint(service)}", service),
            _ when FindTlsFailure(exception) is { } failure => Untrusted(action, operation, failure, exception),
            _ when exception is AmazonServiceException || IsBrokenConnection(exception, cancellationToken) => Unreachable(action, operation, exception),
            AmazonClientException => NoCredentials(action, path, exception),

            // The SDK found credentials that require another package, which the message names.
            InvalidOperationException when exception.Message.Contains("AWSSDK.", StringComparison.Ordinal) => NoCredentials(action, path, exception),
            MlOpsException or OperationCanceledException or ObjectDisposedException => null,
            FormatException => NotS3(action, operation, exception, $" ({exception.Message.TrimEnd('.')})", isTransient: false),

            // The SDK parses a response of another server as an S3 response, and fails with various exceptions.
            _ => NotS3(action, operation, exception, "", isTransient: false),
        };
    }

    public ProviderException MissingBucket(string operation, Exception? exception) => new(
        Provider,
        operation,
        isTransient: false,
        $"There is no bucket '{options.Bucket}' at {Endpoint}. Correct {options.NameOf(nameof(options.Bucket))}, create the bucket, or set "
        + $"{options.NameOf(nameof(options.CreateIfMissing))} to true.",
        exception);

    private ArtifactAccessDeniedException AccessDenied(string action, ArtifactPath? path, AmazonServiceException exception) => new(
        path,
        $"{action} was denied: {Describe(exception)} Check {options.NameOf(nameof(options.AccessKey))} and {options.NameOf(nameof(options.SecretKey))} "
        + $"(a {nameof(options.SessionToken)} expires), or {options.NameOf(nameof(options.Profile))} "
        + "or the credentials of the environment if these are not set. "
        + $"{DescribeRole()}Check the permissions on the bucket. Without s3:ListBucket, S3 also denies access to missing objects.",
        exception);

    private ArtifactAccessDeniedException NoCredentials(string action, ArtifactPath? path, Exception exception) => new(
        path,
        $"{action} failed before a request was sent: {exception.Message} Set {options.NameOf(nameof(options.AccessKey))} and "
        + $"{options.NameOf(nameof(options.SecretKey))}, or {options.NameOf(nameof(options.Profile))}, or provide credentials in the environment.",
        exception);

    private ProviderException WrongRegion(string action, string operation, AmazonServiceException exception)
    {
        var used = options.Region is { Length: > 0 } region ? region : client?.Config.AuthenticationRegion ?? client?.Config.RegionEndpoint?.SystemName;
        var right = FindRegion(exception) is { } named ? $"'{named}'" : "the region of the bucket";
        return new ProviderException(
            Provider,
            operation,
            isTransient: false,
            $"{action} was redirected: the bucket is not in region '{used}' of {Endpoint}. Set {options.NameOf(nameof(options.Region))} to {right}.",
            exception);
    }

    private ProviderException Redirected(string action, string operation, AmazonServiceException exception) => new(
        Provider,
        operation,
        isTransient: false,
        $"{action} failed: {Endpoint} did not return a valid S3 response. "
        + $"It returned {(int)exception.StatusCode} and redirects to '{GetHeader(exception, "Location")}'. "
        + $"Set {options.NameOf(nameof(options.ServiceUrl))} to the address of the S3 API.",
        exception);

    private ProviderException Unreachable(string action, string operation, Exception exception) => new(
        Provider,
        operation,
        isTransient: true,
        $"{action} failed: {Endpoint} cannot be reached, or the connection failed or stalled ({exception.Message}). Check "
        + $"{DescribeAddress()} and the network. {options.NameOf(nameof(options.ConnectTimeout))} and "
        + $"{options.NameOf(nameof(options.StallTimeout))} limit the waiting time.",
        exception);

    private ProviderException Untrusted(string action, string operation, AuthenticationException failure, Exception exception) => new(
        Provider,
        operation,
        isTransient: false,
        failure.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? $"{action} failed: the certificate of {Endpoint} is not trusted ({failure.Message.TrimEnd('.')}). "
                + $"Set {options.NameOf(nameof(options.CaCertificateFile))} to a PEM file with the certificate of its authority, "
                + "or add that authority to the trusted authorities of the system."
            : $"{action} failed: the TLS connection to {Endpoint} cannot be established ({failure.Message.TrimEnd('.')}). "
                + $"Check {DescribeAddress()}. The server may support only HTTP.",
        exception);

    /// <summary>Gets the name of the setting that determines the server. On AWS, this is the region.</summary>
    private string DescribeAddress()
    {
        if (options.ServiceUrl is not null || options.Region is not { Length: > 0 } region)
        {
            return options.NameOf(nameof(options.ServiceUrl));
        }

        return S3Regions.Names.Contains(region)
            ? options.NameOf(nameof(options.Region))
            : $"{options.NameOf(nameof(options.Region))} (the SDK does not contain a region '{region}'. "
                + $"{NearestName.Suggest(region, S3Regions.Names).TrimEnd()})";
    }

    private static AuthenticationException? FindTlsFailure(Exception? exception) =>
        exception as AuthenticationException ?? (exception is null ? null : FindTlsFailure(exception.InnerException));

    private ProviderException NotS3(string action, string operation, Exception exception, string detail, bool isTransient) => new(
        Provider,
        operation,
        isTransient,
        $"{action} failed: {Endpoint} did not return a valid S3 response{detail}. "
        + $"Set {options.NameOf(nameof(options.ServiceUrl))} to the address of the S3 API, "
        + "not of a web console or a sign-in page, and check the proxies.",
        exception);

    private string DescribeRole() =>
        string.IsNullOrEmpty(options.RoleArn) ? "" : $"Check that the credentials may assume {options.NameOf(nameof(options.RoleArn))}. ";

    private static bool IsRedirect(AmazonServiceException exception) => (int)exception.StatusCode is > 300 and < 400 and not 304;

    /// <summary>Determines whether another web server returned the error. A 5xx error of a gateway is transient.</summary>
    private static bool IsWebPage(AmazonServiceException exception) =>
        !IsFromS3(exception)
        && !IsTransient(exception)
        && (exception.StatusCode == HttpStatusCode.NotFound
            || GetResponse(exception)?.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true);

    /// <summary>Finds the region of the bucket in a header or in the error message.</summary>
    private static string? FindRegion(AmazonServiceException exception)
    {
        const string mark = "expecting '";
        if (GetHeader(exception, "x-amz-bucket-region") is { Length: > 0 } region)
        {
            return region;
        }

        var start = exception.Message.IndexOf(mark, StringComparison.Ordinal);
        return start < 0 ? null : exception.Message[(start + mark.Length)..].Split('\'')[0];
    }

    private static string? GetHeader(AmazonServiceException exception, string name) => GetResponse(exception)?.GetHeaderValue(name);

    private static IWebResponseData? GetResponse(AmazonServiceException exception) => (exception.InnerException as HttpErrorResponseException)?.Response;

    /// <summary>Determines whether access is denied. S3 returns 403 for wrong credentials and 400 for expired credentials.</summary>
    private static bool IsDenied(AmazonServiceException exception) =>
        exception.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
        || exception.ErrorCode is "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired";

    /// <summary>Determines whether an error is transient. Some have status 200, because S3 starts the response to a completion before it finishes.</summary>
    private static bool IsTransient(AmazonServiceException exception) =>
        exception.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
            or HttpStatusCode.InternalServerError or > HttpStatusCode.NotImplemented
        || exception.ErrorCode is "SlowDown" or "RequestTimeout" or "Throttling" or "ThrottlingException" or "InternalError";

    private string Hint(AmazonServiceException exception) => exception.StatusCode switch
    {
        HttpStatusCode.NotImplemented =>
            $" If the server does not support checksums, set {options.NameOf(nameof(options.Checksums))} "
            + $"to {nameof(RequestChecksumCalculation.WHEN_REQUIRED)}.",
        HttpStatusCode.BadRequest when exception.ErrorCode is null or "" or "BadRequest" =>
            $" S3 returns this error if credentials have expired or {options.NameOf(nameof(options.Region))} is not the region of the bucket.",
        _ => "",
    };

    private static string Describe(AmazonServiceException exception) =>
        $"{(int)exception.StatusCode} {exception.ErrorCode}" + (string.IsNullOrEmpty(exception.Message) ? "." : $", {exception.Message.TrimEnd('.')}.");
}
