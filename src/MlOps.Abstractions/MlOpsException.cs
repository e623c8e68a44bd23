namespace MlOps;

/// <summary>The base of every exception this library throws for a condition of its own.</summary>
/// <remarks>Each message says what failed, names the value, and says what to do about it. None holds a secret.</remarks>
public abstract class MlOpsException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What failed, the value, and the remedy.</param>
    /// <param name="innerException">The cause, such as the SDK's own exception.</param>
    protected MlOpsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
