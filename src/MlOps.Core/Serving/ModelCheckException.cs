namespace MlOps.Serving;

/// <summary>
/// The exception that is thrown when a version cannot be served: a golden example or the smoke test fails, the version needs too much memory or too
/// much time to load, or no loader supports its format.
/// </summary>
public sealed class ModelCheckException : MlOpsException
{
    /// <param name="message">The message, which names the version, the fault and the remedy.</param>
    /// <param name="innerException">The cause, if any.</param>
    internal ModelCheckException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Gets a value indicating whether a later attempt may succeed with the same version.</summary>
    internal bool IsTransient { get; init; }

    /// <summary>Gets a value indicating whether the memory budget was exhausted by other models.</summary>
    internal bool IsMemoryShortage { get; init; }
}
