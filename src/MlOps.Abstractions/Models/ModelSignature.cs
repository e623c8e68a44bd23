namespace MlOps.Models;

/// <summary>What a model takes and what it gives.</summary>
/// <remarks>Immutable and thread-safe, as long as the lists given to it are not changed.</remarks>
public sealed class ModelSignature
{
    /// <summary>Gets what the model takes.</summary>
    public required IReadOnlyList<ModelFeature> Inputs { get; init; }

    /// <summary>Gets what the model gives.</summary>
    public required IReadOnlyList<ModelFeature> Outputs { get; init; }

    /// <summary>Finds what would break a caller of a model with an earlier signature if it were replaced by one with this signature.</summary>
    /// <remarks>
    /// Breaking are: an input that is added and not optional; an input that takes less than before (type, shape, range, categories, missing values, or that may no
    /// longer be left out); an output that is removed, may now be left out, or gives what it did not give before. A number type that holds every value of
    /// the one before, such as <see cref="FeatureType.Float64"/> after <see cref="FeatureType.Int32"/>, takes more and not less. An input that is removed breaks nobody.
    /// </remarks>
    /// <param name="before">The earlier signature.</param>
    /// <returns>The breaks, inputs first, each in the order of the features; empty if there is none.</returns>
    public IReadOnlyList<SignatureBreak> FindBreaks(ModelSignature before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return [.. SignatureComparison.FindInputBreaks(before.Inputs, Inputs), .. SignatureComparison.FindOutputBreaks(before.Outputs, Outputs)];
    }
}
