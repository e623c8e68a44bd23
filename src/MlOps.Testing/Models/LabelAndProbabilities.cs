namespace MlOps.Testing;

/// <summary>What the model of <see cref="ModelLoaderConformance"/> gives.</summary>
public sealed class LabelAndProbabilities
{
    /// <summary>Gets or sets the output <c>label</c>.</summary>
    public long Label { get; set; }

    /// <summary>Gets or sets the output <c>probabilities</c>.</summary>
    public float[]? Probabilities { get; set; }
}
