namespace MlOps.Models;

/// <summary>
/// The exception that is thrown when model files are damaged, malicious, of another format, or use operations that the runtime does not support.
/// </summary>
/// <param name="source">The model.</param>
/// <param name="fault">The fault and the remedy, as sentences.</param>
/// <param name="innerException">The exception of the runtime, or <see langword="null"/>.</param>
public sealed class ModelFormatException(ModelSource source, string fault, Exception? innerException = null)
    : MlOpsException($"The files of {source} cannot be loaded: {fault}", innerException)
{
    /// <summary>Gets a value indicating whether loading the same files may succeed later, for example when more memory is available.</summary>
    public bool IsTransient { get; init; }
}
