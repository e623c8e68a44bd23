namespace MlOps.Serving;

/// <summary>
/// A version is not fit to be served: a golden example fails, it needs too much memory or takes too long to load, or nothing can load its format.
/// </summary>
/// <param name="message">The version, the fault and the remedy.</param>
/// <param name="innerException">The cause, if there was one.</param>
public sealed class ModelCheckException(string message, Exception? innerException = null) : MlOpsException(message, innerException)
{
    /// <summary>Gets a value indicating whether the same version may be served later without any change to it.</summary>
    internal bool MayPass { get; init; }

    /// <summary>Gets a value indicating whether memory was lacking that other models hold.</summary>
    internal bool IsOfMemory { get; init; }
}
