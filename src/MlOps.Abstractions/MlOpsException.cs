namespace MlOps;

/// <summary>The base class of the exceptions of this library.</summary>
/// <remarks>Each message states the failed operation, the value and the remedy. Messages never contain secrets.</remarks>
public abstract class MlOpsException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="MlOpsException"/> class.</summary>
    /// <param name="message">The failed operation, the value and the remedy.</param>
    /// <param name="innerException">The cause, such as an exception of an SDK, or <see langword="null"/>.</param>
    protected MlOpsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
