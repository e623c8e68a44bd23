namespace MlOps;

/// <summary>A provider's backend refused an operation or failed, after the retries its SDK makes.</summary>
/// <param name="provider">The provider's name, such as <c>S3</c>.</param>
/// <param name="operation">What was being done, such as <c>write</c>.</param>
/// <param name="isTransient">Whether the same call may succeed later without any change.</param>
/// <param name="message">What failed, the value, and the remedy.</param>
/// <param name="innerException">The SDK's exception.</param>
public sealed class ProviderException(string provider, string operation, bool isTransient, string message, Exception? innerException = null)
    : MlOpsException(message, innerException)
{
    /// <summary>Gets the provider's name, such as <c>S3</c>.</summary>
    public string Provider { get; } = provider;

    /// <summary>Gets what was being done, such as <c>write</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>Gets a value indicating whether the same call may succeed later without any change.</summary>
    public bool IsTransient { get; } = isTransient;
}
