namespace MlOps.Testing;

/// <summary>The input type of <see cref="ModelLoaderConformance"/>: four numbers, as one array and as separate properties.</summary>
public sealed class FourFeatures
{
    /// <summary>Gets or sets the value of the input <c>features</c>.</summary>
    public float[]? Features { get; set; } = [0, 0, 0, 0];

    /// <summary>Gets the value of the input <c>first</c>.</summary>
    public float First => Features?[0] ?? 0;

    /// <summary>Gets the value of the input <c>second</c>.</summary>
    public float Second => Features?[1] ?? 0;

    /// <summary>Gets the value of the input <c>third</c>.</summary>
    public float Third => Features?[2] ?? 0;

    /// <summary>Gets the value of the input <c>fourth</c>.</summary>
    public float Fourth => Features?[3] ?? 0;
}
