namespace MlOps.Models;

/// <summary>The files of a model cannot be loaded: damaged, of another format, hostile, or with operations the runtime does not know.</summary>
/// <param name="source">The model.</param>
/// <param name="fault">What is wrong and what to do, as sentences.</param>
/// <param name="innerException">The runtime's exception, if there was one.</param>
public sealed class ModelFormatException(ModelSource source, string fault, Exception? innerException = null)
    : MlOpsException($"The files of {source} cannot be loaded: {fault}", innerException)
{
    /// <summary>Gets a value indicating whether the same files may be loaded later, because what was lacking may only have been memory.</summary>
    public bool IsTransient { get; init; }
}
