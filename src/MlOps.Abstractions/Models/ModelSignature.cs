namespace MlOps.Models;

/// <summary>The inputs and outputs of a model.</summary>
/// <remarks>Immutable and thread-safe, unless the lists that it was created with are changed.</remarks>
public sealed class ModelSignature
{
    /// <summary>Gets the inputs of the model.</summary>
    public required IReadOnlyList<ModelFeature> Inputs { get; init; }

    /// <summary>Gets the outputs of the model.</summary>
    public required IReadOnlyList<ModelFeature> Outputs { get; init; }

    /// <summary>Finds the changes that break callers of an earlier signature.</summary>
    /// <remarks>
    /// <para>Breaking changes of inputs: a new required input, and an input that accepts fewer values (type, shape, range, categories, missing values) or
    /// becomes required. Removing an input is not a breaking change. A type that represents all values of the earlier type, such as
    /// <see cref="FeatureType.Float64"/> after <see cref="FeatureType.Int32"/>, accepts more values.</para>
    /// <para>Breaking changes of outputs: an output that is removed, becomes optional, or produces more values than before.</para>
    /// </remarks>
    /// <param name="before">The earlier signature.</param>
    /// <returns>The breaking changes in the order of the features, inputs first; empty if there are none.</returns>
    public IReadOnlyList<BreakingChange> FindBreakingChanges(ModelSignature before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return [.. SignatureComparison.FindInputChanges(before.Inputs, Inputs), .. SignatureComparison.FindOutputChanges(before.Outputs, Outputs)];
    }
}
