namespace MlOps.Models;

/// <summary>The exception that is thrown when row types do not match a model.</summary>
/// <param name="source">The model.</param>
/// <param name="input">The type of the input rows.</param>
/// <param name="output">The type of the output rows.</param>
/// <param name="faults">All mismatches; at least one.</param>
public sealed class ModelMappingException(ModelSource source, Type input, Type output, IReadOnlyList<MappingFault> faults)
    : MlOpsException(
        $"The types {input?.Name} and {output?.Name} do not match {source}: {string.Join("; ", faults)}. "
        + "Change the properties, or map them with [Feature(\"name of the input or output\")].")
{
    /// <summary>Gets all mismatches.</summary>
    public IReadOnlyList<MappingFault> Faults { get; } = faults;
}
