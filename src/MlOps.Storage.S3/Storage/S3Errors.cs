using System.Net;
using System.Security.Authentication;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.S3;

namespace MlOps.Storage;

/// <summary>Translates the SDK's exceptions into those of the contract.</summary>
internal sealed class S3Errors(S3StorageOptions options, IAmazonS3? client = null)
{
    /// <summary>The name in <see cref="ProviderException.Provider"/>.</summary>
    public const string Provider = "S3";

    private string Endpoint => (options.ServiceUrl ?? (client?.Config.ServiceURL is { } url ? new Uri(url) : null))
        ?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? "AWS";

    /// <summary>Tells whether an object, and not the bucket, is absent.</summary>
    public static bool IsAbsent(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload");

    /// <summary>Determines whether an error comes from S3. S3 sends an error code or a request ID; a web server or a proxy does not.</summary>
    public static bool IsFromS3(AmazonServiceException exception) =>
        GetAnswer(exception) is not { } answer
        || answer.GetHeaderNames().Any(static name => name.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase))
        || (exception.ErrorCode is { Length: > 0 } code && code != exception.StatusCode.ToString());

    /// <summary>Tells whether a condition of a request did not hold, as far as the server can say.</summary>
    public static bool IsConditionFailed(AmazonS3Exception exception) => exception.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict;

    /// <summary>Tells whether a connection broke or stalled, or could not be made.</summary>
    public static bool IsBrokenConnection(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException or TimeoutException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Tells whether there was no connection at all, and so no request.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    /// <summary>Translates an exception of the SDK; gives <see langword="null"/> for what is to pass as it is.</summary>
    public MlOpsException? Translate(Exception exception, string operation, ArtifactPath? path, CancellationToken cancellationToken)
    {
        var what = path is null ? $"The {operation} in bucket '{options.Bucket}'" : $"The {operation} of '{path}' in bucket '{options.Bucket}'";
        return exception switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => MissingBucket(operation, exception),
            AmazonServiceException { ErrorCode: "InvalidObjectState" } => new ProviderException(
                Provider, operation, isTransient: false,
                $"{what} failed: it is archived. Restore it from its storage class, and exempt the store from the bucket's lifecycle rules that archive.", exception),
            AmazonServiceException service when IsRedirect(service) && !IsFromS3(service) => Redirected(what, operation, service),
            AmazonServiceException service when IsRedirect(service) || service.ErrorCode == "AuthorizationHeaderMalformed" => WrongRegion(what, operation, service),
            AmazonServiceException service when IsWebPage(service) => NoAnswerOfS3(what, operation, exception, $" (status {(int)service.StatusCode} without an error of S3)", isTransient: false),
            AmazonServiceException service when IsDenied(service) => AccessDenied(what, path, service),
            AmazonServiceException service when IsPassing(service) => new ProviderException(
                Provider, operation, isTransient: true, $"{what} failed: {Describe(service)} Try again later.", service),
            AmazonUnmarshallingException or XmlException => NoAnswerOfS3(what, operation, exception, $" ({exception.Message.TrimEnd('.')})", isTransient: true),
            AmazonServiceException { StatusCode: not 0 } service => new ProviderException(
                Provider, operation, isTransient: false, $"{what} was refused: {Describe(service)}{Hint(service)}", service),
            _ when FindTlsFailure(exception) is { } failure => Untrusted(what, operation, failure, exception),
            _ when exception is AmazonServiceException || IsBrokenConnection(exception, cancellationToken) => Unreachable(what, operation, exception),
            AmazonClientException => NoCredentials(what, path, exception),

            // The SDK found credentials whose use needs a package that the application does not have, and says which.
            InvalidOperationException when exception.Message.Contains("AWSSDK.", StringComparison.Ordinal) => NoCredentials(what, path, exception),
            MlOpsException or OperationCanceledException or ObjectDisposedException => null,
            FormatException => NoAnswerOfS3(what, operation, exception, $" ({exception.Message.TrimEnd('.')})", isTransient: false),

            // The SDK reads an answer as one of S3 and fails in many ways on another.
            _ => NoAnswerOfS3(what, operation, exception, "", isTransient: false),
        };
    }

    public ProviderException MissingBucket(string operation, Exception? exception) => new(
        Provider,
        operation,
        isTransient: false,
        $"There is no bucket '{options.Bucket}' at {Endpoint}. Correct {options.NameOf(nameof(options.Bucket))}, create the bucket, or set "
        + $"{options.NameOf(nameof(options.CreateIfMissing))} to true.",
        exception);

    private ArtifactAccessDeniedException AccessDenied(string what, ArtifactPath? path, AmazonServiceException exception) => new(
        path,
        $"{what} was denied: {Describe(exception)} Check {options.NameOf(nameof(options.AccessKey))} and {options.NameOf(nameof(options.SecretKey))} ({nameof(options.SessionToken)}, where it is set, expires), or "
        + $"{options.NameOf(nameof(options.Profile))} or the environment's credentials where these are not set, {DescribeRole()}and the permissions of their owner on the bucket "
        + "(without s3:ListBucket, S3 also answers so for what is absent).",
        exception);

    private ArtifactAccessDeniedException NoCredentials(string what, ArtifactPath? path, Exception exception) => new(
        path,
        $"{what} failed before a request was sent: {exception.Message} Set {options.NameOf(nameof(options.AccessKey))} and "
        + $"{options.NameOf(nameof(options.SecretKey))}, {options.NameOf(nameof(options.Profile))}, or give the environment credentials the SDK finds.",
        exception);

    private ProviderException WrongRegion(string what, string operation, AmazonServiceException exception)
    {
        var used = options.Region is { Length: > 0 } region ? region : client?.Config.AuthenticationRegion ?? client?.Config.RegionEndpoint?.SystemName;
        var right = FindRegion(exception) is { } named ? $"'{named}'" : "the bucket's region";
        return new ProviderException(
            Provider,
            operation,
            isTransient: false,
            $"{what} was redirected: the bucket is not in region '{used}' of {Endpoint}. Set {options.NameOf(nameof(options.Region))} to {right}.",
            exception);
    }

    private ProviderException Redirected(string what, string operation, AmazonServiceException exception) => new(
        Provider,
        operation,
        isTransient: false,
        $"{what} failed: {Endpoint} did not answer as S3 does. It answered {(int)exception.StatusCode} and redirects to '{GetHeader(exception, "Location")}'. "
        + $"Set {options.NameOf(nameof(options.ServiceUrl))} to the address of the S3 API itself.",
        exception);

    private ProviderException Unreachable(string what, string operation, Exception exception) => new(
        Provider,
        operation,
        isTransient: true,
        $"{what} failed: {Endpoint} could not be reached, or the connection broke or stalled ({exception.Message}). Check "
        + $"{DescribeAddress()} and the network; {options.NameOf(nameof(options.ConnectTimeout))} and "
        + $"{options.NameOf(nameof(options.StallTimeout))} say how long to wait.",
        exception);

    private ProviderException Untrusted(string what, string operation, AuthenticationException failure, Exception exception) => new(
        Provider,
        operation,
        isTransient: false,
        failure.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? $"{what} failed: the certificate of {Endpoint} is not trusted ({failure.Message.TrimEnd('.')}). "
                + $"Set {options.NameOf(nameof(options.CaCertificateFile))} to a PEM file with the certificate of its authority, or let the system trust that authority."
            : $"{what} failed: no TLS connection to {Endpoint} can be made ({failure.Message.TrimEnd('.')}). Check {DescribeAddress()}: the server may speak http only.",
        exception);

    /// <summary>Names the setting that decides where requests go: on AWS that is the region.</summary>
    private string DescribeAddress()
    {
        if (options.ServiceUrl is not null || options.Region is not { Length: > 0 } region)
        {
            return options.NameOf(nameof(options.ServiceUrl));
        }

        return S3Regions.Names.Contains(region)
            ? options.NameOf(nameof(options.Region))
            : $"{options.NameOf(nameof(options.Region))} (the SDK does not know a region '{region}'. {NearestName.Suggest(region, S3Regions.Names).TrimEnd()})";
    }

    private static AuthenticationException? FindTlsFailure(Exception? exception) =>
        exception as AuthenticationException ?? (exception is null ? null : FindTlsFailure(exception.InnerException));

    private ProviderException NoAnswerOfS3(string what, string operation, Exception exception, string detail, bool isTransient) => new(
        Provider,
        operation,
        isTransient,
        $"{what} failed: {Endpoint} did not answer as S3 does{detail}. Check {options.NameOf(nameof(options.ServiceUrl))}, which must be the address of the S3 API "
        + "and not of a web console or a sign-in page, and the proxies in between.",
        exception);

    private string DescribeRole() => string.IsNullOrEmpty(options.RoleArn) ? "" : $"{options.NameOf(nameof(options.RoleArn))}, which they must be allowed to assume, ";

    private static bool IsRedirect(AmazonServiceException exception) => (int)exception.StatusCode is > 300 and < 400 and not 304;

    /// <summary>Tells whether another web server answered with an error; one of 5xx is a gateway's, behind which S3 may come back.</summary>
    private static bool IsWebPage(AmazonServiceException exception) =>
        !IsFromS3(exception)
        && !IsPassing(exception)
        && (exception.StatusCode == HttpStatusCode.NotFound || GetAnswer(exception)?.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) is true);

    /// <summary>Finds the bucket's region in S3's answer: in a header, or in the error's text.</summary>
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

    private static string? GetHeader(AmazonServiceException exception, string name) => GetAnswer(exception)?.GetHeaderValue(name);

    private static IWebResponseData? GetAnswer(AmazonServiceException exception) => (exception.InnerException as HttpErrorResponseException)?.Response;

    /// <summary>S3 says 403 for wrong credentials and 400 for those that were right once.</summary>
    private static bool IsDenied(AmazonServiceException exception) =>
        exception.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
        || exception.ErrorCode is "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired";

    /// <summary>Some errors come with status 200, since S3 begins its answer to the completion of an upload before it knows.</summary>
    private static bool IsPassing(AmazonServiceException exception) =>
        exception.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or > HttpStatusCode.NotImplemented
        || exception.ErrorCode is "SlowDown" or "RequestTimeout" or "Throttling" or "ThrottlingException" or "InternalError";

    private string Hint(AmazonServiceException exception) => exception.StatusCode switch
    {
        HttpStatusCode.NotImplemented =>
            $" If it is checksums that the server does not know, set {options.NameOf(nameof(options.Checksums))} to {nameof(RequestChecksumCalculation.WHEN_REQUIRED)}.",
        HttpStatusCode.BadRequest when exception.ErrorCode is null or "" or "BadRequest" =>
            $" S3 answers so, without a reason, where credentials have expired or {options.NameOf(nameof(options.Region))} is not the bucket's.",
        _ => "",
    };

    private static string Describe(AmazonServiceException exception) =>
        $"{(int)exception.StatusCode} {exception.ErrorCode}" + (string.IsNullOrEmpty(exception.Message) ? "." : $", {exception.Message.TrimEnd('.')}.");
}
