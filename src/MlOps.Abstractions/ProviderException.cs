namespace MlOps;

/// <summary>The exception that is thrown when the backend of a provider refuses an operation or fails, after the retries of its SDK.</summary>
/// <param name="provider">The name of the provider, such as <c>S3</c>.</param>
/// <param name="operation">The operation, such as <c>write</c>.</param>
/// <param name="isTransient"><see langword="true"/> if the same call may succeed later.</param>
/// <param name="message">The failed operation, the value and the remedy.</param>
/// <param name="innerException">The exception of the SDK, or <see langword="null"/>.</param>
public sealed class ProviderException(string provider, string operation, bool isTransient, string message, Exception? innerException = null)
    : MlOpsException(message, innerException)
{
    /// <summary>Gets the name of the provider, such as <c>S3</c>.</summary>
    public string Provider { get; } = provider;

    /// <summary>Gets the operation, such as <c>write</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>Gets a value indicating whether the same call may succeed later.</summary>
    public bool IsTransient { get; } = isTransient;
}
