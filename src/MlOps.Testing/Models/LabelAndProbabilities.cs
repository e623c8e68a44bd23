namespace MlOps.Testing;

/// <summary>The output type of <see cref="ModelLoaderConformance"/>.</summary>
public sealed class LabelAndProbabilities
{
    /// <summary>Gets or sets the value of the output <c>label</c>.</summary>
    public long Label { get; set; }

    /// <summary>Gets or sets the value of the output <c>probabilities</c>.</summary>
    public float[]? Probabilities { get; set; }
}
