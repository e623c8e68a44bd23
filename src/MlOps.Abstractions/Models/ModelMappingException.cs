namespace MlOps.Models;

/// <summary>The types of a caller do not fit a model.</summary>
/// <param name="source">The model.</param>
/// <param name="input">The caller's type of input.</param>
/// <param name="output">The caller's type of output.</param>
/// <param name="faults">Every mismatch; at least one.</param>
public sealed class ModelMappingException(ModelSource source, Type input, Type output, IReadOnlyList<MappingFault> faults)
    : MlOpsException(
        $"{input?.Name} and {output?.Name} do not fit {source}: {string.Join("; ", faults)}. Change the properties, or name the features they stand for with [Feature(\"…\")].")
{
    /// <summary>Gets every mismatch.</summary>
    public IReadOnlyList<MappingFault> Faults { get; } = faults;
}
