using System.Security.Authentication;
using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace MlOps.Storage;

/// <summary>Converts exceptions of the SDK to exceptions of the contract. Messages name the setting to change.</summary>
internal sealed class AzureBlobErrors(AzureBlobStorageOptions options, AzureBlobSettings settings, Uri endpoint)
{
    /// <summary>Converts an exception. For use in exception filters.</summary>
    /// <param name="exception">The exception of an SDK call.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="path">The path of the artifact, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">The token of the caller. Its cancellation is not an error.</param>
    /// <returns>The exception to throw, or <see langword="null"/> to rethrow the original exception.</returns>
    public MlOpsException? Translate(Exception exception, string operation, ArtifactPath? path, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => null,

        // After retries, the SDK throws the exceptions of all attempts. The last one is the most recent.
        AggregateException { InnerExceptions: [.., var last] } => Translate(last, exception, operation, path),
        _ => Translate(exception, exception, operation, path),
    };

    private MlOpsException? Translate(Exception exception, Exception whole, string operation, ArtifactPath? path) => exception switch
    {
        RequestFailedException { Status: not 0 } failure => Refused(failure, operation, path),
        AuthenticationFailedException => AccessDenied(operation, path, "no credential is available", whole),

        _ when FindTlsFailure(exception) is { } failure => Untrusted(operation, path, failure, whole),

        // Precedes the next case, because the SDK also reports stalled connections as RequestFailedException.
        _ when IsTimeout(exception) => Unreachable(operation, path, "did not respond in time", whole),
        RequestFailedException => Unreachable(operation, path, "cannot be reached", whole),

        // The SDK parses the body of an error as XML, even if a gateway sent it.
        System.Xml.XmlException => NoAnswer(operation, path, exception.Message, whole, isTransient: true),
        IOException or HttpRequestException => Unreachable(operation, path, "closed the connection", whole),
        InvalidDataException => new ProviderException(
            AzureBlobStorageOptions.DefaultKey, operation, isTransient: false,
            $"Could not {operation}{At(path)}: {endpoint} does not support the checksums of Azure. Emulators do not. "
            + $"Set {settings.Name(nameof(options.UploadChecksums))} to false.",
            whole),
        MlOpsException or ObjectDisposedException => null,
        FormatException => NoAnswer(operation, path, exception.Message, whole, isTransient: false),

        // The SDK parses a response of another server as an Azure response, and fails with various exceptions.
        _ => NoAnswer(operation, path, reason: null, whole, isTransient: false),
    };

    private MlOpsException Refused(RequestFailedException failure, string operation, ArtifactPath? path)
    {
        if (failure.Status < 400 || (failure.Status < 500 && failure.GetRawResponse() is { } answer && BlobAttributes.IsPage(answer)))
        {
            var location = failure.GetRawResponse()?.Headers.TryGetValue("Location", out var target) is true ? $" and redirects to '{target}'" : "";
            return NoAnswer(operation, path, $"It returned {failure.Status}{location}", failure, isTransient: false);
        }

        if (failure.Status is 401 or 403)
        {
            return AccessDenied(operation, path, failure.ErrorCode, failure);
        }

        if (failure.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return Permanent(
                $"there is no container '{options.Container}' at {endpoint}. "
                + $"Create it, set {settings.Name(nameof(options.Container))} to an existing container, "
                + $"or set {settings.Name(nameof(options.CreateIfMissing))} to true.");
        }

        if (path is not null && failure.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return new ArtifactNotFoundException(path, failure);
        }

        if (failure.ErrorCode == BlobErrorCode.BlobArchived)
        {
            return Permanent(
                "the blob is in the archive tier. Move it to an online tier, and exclude the store from the archiving lifecycle rules of the account.");
        }

        if (failure.ErrorCode == BlobErrorCode.BlobBeingRehydrated)
        {
            return Permanent("the blob is being moved out of the archive tier. Wait until the move has finished, which may take several hours.");
        }

        return failure.Status switch
        {
            404 => Permanent($"the account does not exist at {endpoint}, or this is not a blob endpoint. Check {EndpointSetting}."),
            412 when path is not null && failure.ErrorCode == BlobErrorCode.ConditionNotMet => new ArtifactConflictException(path, failure),
            408 or 429 or >= 500 => new ProviderException(
                AzureBlobStorageOptions.DefaultKey, operation, isTransient: true,
                $"Could not {operation}{At(path)}: {endpoint} returned {failure.Status} {failure.ErrorCode} after {options.MaxRetries} retries "
                + $"({settings.Name(nameof(options.MaxRetries))}). Try again later.",
                failure),
            _ => Permanent($"{endpoint} returned {failure.Status} {failure.ErrorCode}. See the inner exception for the message of the service."),
        };

        ProviderException Permanent(string reason) =>
            new(AzureBlobStorageOptions.DefaultKey, operation, isTransient: false, $"Could not {operation}{At(path)}: {reason}", failure);
    }

    private ArtifactAccessDeniedException AccessDenied(string operation, ArtifactPath? path, string? reason, Exception exception) => new(
        path,
        $"Access to container '{options.Container}' at {endpoint} was denied ({reason ?? "no reason given"}): could not {operation}{At(path)}. "
        + SignInRemedy(operation),
        exception);

    private ProviderException Unreachable(string operation, ArtifactPath? path, string symptom, Exception exception) => new(
        AzureBlobStorageOptions.DefaultKey, operation, isTransient: true,
        $"Could not {operation}{At(path)}: {endpoint} {symptom}, with {options.MaxRetries} retries. Check {EndpointSetting} and the network. "
        + $"The limits are {settings.Name(nameof(options.ConnectTimeout))} ({options.ConnectTimeout}), {nameof(options.StallTimeout)} ({options.StallTimeout}) "
        + $"and {nameof(options.MaxRetries)}.",
        exception);

    private ProviderException Untrusted(string operation, ArtifactPath? path, AuthenticationException failure, Exception exception) => new(
        AzureBlobStorageOptions.DefaultKey,
        operation,
        isTransient: false,
        failure.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase)
            ? $"Could not {operation}{At(path)}: the certificate of {endpoint} is not trusted ({failure.Message.TrimEnd('.')}). "
                + $"Set {settings.Name(nameof(options.CaCertificateFile))} to a PEM file with the certificate of its authority, "
                + "or add that authority to the trusted authorities of the system."
            : $"Could not {operation}{At(path)}: the TLS connection to {endpoint} cannot be established ({failure.Message.TrimEnd('.')}). "
                + $"Check {EndpointSetting}. The server may support only HTTP.",
        exception);

    private static AuthenticationException? FindTlsFailure(Exception? exception) =>
        exception as AuthenticationException ?? (exception is null ? null : FindTlsFailure(exception.InnerException));

    private ProviderException NoAnswer(string operation, ArtifactPath? path, string? reason, Exception exception, bool isTransient) => new(
        AzureBlobStorageOptions.DefaultKey,
        operation,
        isTransient,
        $"Could not {operation}{At(path)}: {endpoint} did not return a valid Azure Blob Storage response{(reason is null ? "" : $" ({reason.TrimEnd('.')})")}. "
        + $"Set {EndpointSetting} to the blob endpoint of the account, not to a portal or a sign-in page, and check the proxies.",
        exception);

    private string EndpointSetting =>
        settings.Name(string.IsNullOrEmpty(options.ConnectionString) ? nameof(options.ServiceUri) : nameof(options.ConnectionString));

    private string SignInRemedy(string operation) => options switch
    {
        { ConnectionString.Length: > 0 } => $"Check the key or the SAS in {settings.Name(nameof(options.ConnectionString))}.",
        { AccountKey.Length: > 0 } => $"Check {settings.Name(nameof(options.AccountKey))} and the account name.",
        { SasToken.Length: > 0 } => $"Check that {settings.Name(nameof(options.SasToken))} has not expired "
            + "and permits reading, writing, creating, deleting and listing.",
        _ => "Assign the role "
            + (operation == "link"
                ? "'Storage Blob Delegator' on the storage account, in addition to its role on the container"
                : "'Storage Blob Data Contributor' on the container")
            + " to the identity, or sign in with "
            + $"{settings.Name(nameof(options.AccountKey))}, {nameof(options.SasToken)} or {nameof(options.ConnectionString)}.",
    };

    private static bool IsTimeout(Exception? exception) =>
        exception is OperationCanceledException or TimeoutException || (exception is not null && IsTimeout(exception.InnerException));

    private static string At(ArtifactPath? path) => path is null ? "" : $" '{path}'";
}
