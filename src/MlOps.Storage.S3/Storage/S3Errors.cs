using System.Net;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;

namespace MlOps.Storage;

/// <summary>Translates the SDK's exceptions into those of the contract.</summary>
internal sealed class S3Errors(S3StorageOptions options)
{
    /// <summary>The name in <see cref="ProviderException.Provider"/>.</summary>
    public const string Provider = "S3";

    private string Endpoint => options.ServiceUrl?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? "AWS";

    /// <summary>Tells whether an object, and not the bucket, is absent.</summary>
    public static bool IsAbsent(AmazonS3Exception exception) =>
        exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload");

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
            AmazonServiceException service when IsDenied(service) => AccessDenied(what, path, service),
            AmazonServiceException { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect } or AmazonServiceException { ErrorCode: "AuthorizationHeaderMalformed" } =>
                WrongRegion(what, operation, exception),
            AmazonServiceException service when IsPassing(service) => new ProviderException(
                Provider, operation, isTransient: true, $"{what} failed: {Describe(service)} Try again later.", service),
            AmazonUnmarshallingException or XmlException => NoAnswerOfS3(what, operation, exception),
            AmazonServiceException { StatusCode: not 0 } service => new ProviderException(
                Provider, operation, isTransient: false, $"{what} was refused: {Describe(service)}{Hint(service)}", service),
            _ when exception is AmazonServiceException || IsBrokenConnection(exception, cancellationToken) => Unreachable(what, operation, exception),
            AmazonClientException => NoCredentials(what, path, exception),

            // The SDK found credentials whose use needs a package that the application does not have, and says which.
            InvalidOperationException when exception.Message.Contains("AWSSDK.", StringComparison.Ordinal) => NoCredentials(what, path, exception),
            _ => null,
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
        + $"{options.NameOf(nameof(options.Profile))} or the environment's credentials where these are not set, and the permissions of their owner on the bucket "
        + "(without s3:ListBucket, S3 also answers so for what is absent).",
        exception);

    private ArtifactAccessDeniedException NoCredentials(string what, ArtifactPath? path, Exception exception) => new(
        path,
        $"{what} failed before a request was sent: {exception.Message} Set {options.NameOf(nameof(options.AccessKey))} and "
        + $"{options.NameOf(nameof(options.SecretKey))}, {options.NameOf(nameof(options.Profile))}, or give the environment credentials the SDK finds.",
        exception);

    private ProviderException WrongRegion(string what, string operation, Exception exception) => new(
        Provider,
        operation,
        isTransient: false,
        $"{what} was redirected: the bucket is not in region '{options.Region}' of {Endpoint}. Set {options.NameOf(nameof(options.Region))} to the bucket's region.",
        exception);

    private ProviderException Unreachable(string what, string operation, Exception exception) => new(
        Provider,
        operation,
        isTransient: true,
        $"{what} failed: {Endpoint} could not be reached, or the connection broke or stalled ({exception.Message}). Check "
        + $"{options.NameOf(nameof(options.ServiceUrl))} and the network; {options.NameOf(nameof(options.ConnectTimeout))} and "
        + $"{options.NameOf(nameof(options.StallTimeout))} say how long to wait.",
        exception);

    private ProviderException NoAnswerOfS3(string what, string operation, Exception exception) => new(
        Provider,
        operation,
        isTransient: true,
        $"{what} failed: {Endpoint} did not answer as S3 does. Check {options.NameOf(nameof(options.ServiceUrl))}, which is to be the S3 endpoint and not a console, and what lies between.",
        exception);

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
