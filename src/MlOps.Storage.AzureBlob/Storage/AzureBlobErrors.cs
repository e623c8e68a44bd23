using System.Security.Authentication;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace MlOps.Storage;

/// <summary>Says what an exception of the SDK means, in the contract's exceptions and with the setting that mends it.</summary>
internal sealed class AzureBlobErrors(AzureBlobStorageOptions options, AzureBlobSettings settings, Uri endpoint)
{
    /// <summary>Translates an exception, for use in an exception filter.</summary>
    /// <param name="exception">What an SDK call threw.</param>
    /// <param name="operation">What was being done.</param>
    /// <param name="path">The artifact it was done to, if one.</param>
    /// <param name="cancellationToken">The caller's token: a cancellation it asked for is not an error.</param>
    /// <returns>The exception to throw instead, or <see langword="null"/> to let this one pass.</returns>
    public MlOpsException? Translate(Exception exception, string operation, ArtifactPath? path, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,

        // The SDK's retries throw all attempts' failures at once; the last one says what is wrong now.
        AggregateException { InnerExceptions: [.., var last] } => Translate(last, exception, operation, path),
        _ => Translate(exception, exception, operation, path),
    };

    private MlOpsException? Translate(Exception exception, Exception whole, string operation, ArtifactPath? path) => exception switch
    {
        RequestFailedException { Status: not 0 } failure => Refused(failure, operation, path),
        AuthenticationFailedException => AccessDenied(operation, path, "no credential was to be had", whole),

        _ when FindTlsFailure(exception) is { } failure => Untrusted(operation, path, failure, whole),

        // Before the next, as which the SDK also reports a connection that stood still.
        _ when IsTimeout(exception) => Unreachable(operation, path, "did not answer in time", whole),
        RequestFailedException => Unreachable(operation, path, "cannot be reached", whole),

        // The SDK reads an error's body as XML even where a gateway in between sent none.
        System.Xml.XmlException => NoAnswer(operation, path, exception.Message, whole, isTransient: true),
        IOException or HttpRequestException => Unreachable(operation, path, "broke the connection", whole),
        InvalidDataException => new ProviderException(
            AzureBlobStorageOptions.DefaultKey, operation, isTransient: false,
            $"Could not {operation}{At(path)}: {endpoint} does not know Azure's checksums, as emulators do not. Set {settings.Name(nameof(options.UploadChecksums))} to false.",
            whole),
        MlOpsException or ObjectDisposedException => null,
        FormatException => NoAnswer(operation, path, exception.Message, whole, isTransient: false),

        // The SDK reads an answer as one of Azure and fails in many ways on another.
        _ => NoAnswer(operation, path, reason: null, whole, isTransient: false),
    };

    private MlOpsException Refused(RequestFailedException failure, string operation, ArtifactPath? path)
    {
        if (failure.Status < 400 || (failure.Status < 500 && failure.GetRawResponse() is { } answer && BlobAttributes.IsPage(answer)))
        {
            var location = failure.GetRawResponse()?.Headers.TryGetValue("Location", out var target) is true ? $" and redirects to '{target}'" : "";
            return NoAnswer(operation, path, $"It answered {failure.Status}{location}", failure, isTransient: false);
        }

        if (failure.Status is 401 or 403)
        {
            return AccessDenied(operation, path, failure.ErrorCode, failure);
        }

        if (failure.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return Permanent(
                $"there is no container '{options.Container}' at {endpoint}. Create it, set {settings.Name(nameof(options.Container))} to one that exists, "
                + $"or set {settings.Name(nameof(options.CreateIfMissing))} to true.");
        }

        if (path is not null && failure.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return new ArtifactNotFoundException(path, failure);
        }

        if (failure.ErrorCode == BlobErrorCode.BlobArchived)
        {
            return Permanent("it is in the archive tier. Move it to an online tier, and exempt the store from the account's lifecycle rules that archive.");
        }

        if (failure.ErrorCode == BlobErrorCode.BlobBeingRehydrated)
        {
            return Permanent("it is being moved out of the archive tier. Wait until that has ended, which may take hours.");
        }

        return failure.Status switch
        {
            404 => Permanent($"{endpoint} has no such account or is no blob endpoint. Check {EndpointSetting}."),
            412 when path is not null && failure.ErrorCode == BlobErrorCode.ConditionNotMet => new ArtifactConflictException(path, failure),
            408 or 429 or >= 500 => new ProviderException(
                AzureBlobStorageOptions.DefaultKey, operation, isTransient: true,
                $"Could not {operation}{At(path)}: {endpoint} answered {failure.Status} {failure.ErrorCode} after {options.MaxRetries} retries "
                + $"({settings.Name(nameof(options.MaxRetries))}). Try again later.",
                failure),
            _ => Permanent($"{endpoint} answered {failure.Status} {failure.ErrorCode}. The inner exception has the service's own words."),
        };

        ProviderException Permanent(string reason) =>
            new(AzureBlobStorageOptions.DefaultKey, operation, isTransient: false, $"Could not {operation}{At(path)}: {reason}", failure);
    }

    private ArtifactAccessDeniedException AccessDenied(string operation, ArtifactPath? path, string? reason, Exception exception) => new(
        path,
        $"Access to container '{options.Container}' at {endpoint} was refused ({reason ?? "no reason given"}): could not {operation}{At(path)}. {SignInRemedy(operation)}",
        exception);

    private ProviderException Unreachable(string operation, ArtifactPath? path, string what, Exception exception) => new(
        AzureBlobStorageOptions.DefaultKey, operation, isTransient: true,
        $"Could not {operation}{At(path)}: {endpoint} {what}, with {options.MaxRetries} retries. Check {EndpointSetting} and the network. "
        + $"The limits are {settings.Name(nameof(options.ConnectTimeout))} ({options.ConnectTimeout}), {nameof(options.StallTimeout)} ({options.StallTimeout}) "
        + $"and {nameof(options.MaxRetries)}.",
        exception);

    private ProviderException Untrusted(string operation, ArtifactPath? path, AuthenticationException failure, Exception exception) => new(
        AzureBlobStorageOptions.DefaultKey,
        operation,
        isTransient: false,
        failure.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? $"Could not {operation}{At(path)}: the certificate of {endpoint} is not trusted ({failure.Message.TrimEnd('.')}). "
                + $"Set {settings.Name(nameof(options.CaCertificateFile))} to a PEM file with the certificate of its authority, or let the system trust that authority."
            : $"Could not {operation}{At(path)}: no TLS connection to {endpoint} can be made ({failure.Message.TrimEnd('.')}). Check {EndpointSetting}: the server may speak http only.",
        exception);

    private static AuthenticationException? FindTlsFailure(Exception? exception) =>
        exception as AuthenticationException ?? (exception is null ? null : FindTlsFailure(exception.InnerException));

    private ProviderException NoAnswer(string operation, ArtifactPath? path, string? reason, Exception exception, bool isTransient) => new(
        AzureBlobStorageOptions.DefaultKey,
        operation,
        isTransient,
        $"Could not {operation}{At(path)}: {endpoint} did not answer as Azure Blob Storage does{(reason is null ? "" : $" ({reason.TrimEnd('.')})")}. "
        + $"Check {EndpointSetting}, which must be the account's blob endpoint and not a portal or a sign-in page, and the proxies in between.",
        exception);

    private string EndpointSetting =>
        settings.Name(string.IsNullOrEmpty(options.ConnectionString) ? nameof(options.ServiceUri) : nameof(options.ConnectionString));

    private string SignInRemedy(string operation) => options switch
    {
        { ConnectionString.Length: > 0 } => $"Check the key or the SAS in {settings.Name(nameof(options.ConnectionString))}.",
        { AccountKey.Length: > 0 } => $"Check {settings.Name(nameof(options.AccountKey))} and the account's name.",
        { SasToken.Length: > 0 } => $"Check that {settings.Name(nameof(options.SasToken))} has not expired and allows reading, writing, creating, deleting and listing.",
        _ => "Give the identity the role "
            + (operation == "link" ? "'Storage Blob Delegator' on the storage account, beside its role on the container" : "'Storage Blob Data Contributor' on the container")
            + ", or sign in another way: "
            + $"{settings.Name(nameof(options.AccountKey))}, {nameof(options.SasToken)} or {nameof(options.ConnectionString)}.",
    };

    private static bool IsTimeout(Exception? exception) =>
        exception is OperationCanceledException or TimeoutException || (exception is not null && IsTimeout(exception.InnerException));

    private static string At(ArtifactPath? path) => path is null ? "" : $" '{path}'";
}
