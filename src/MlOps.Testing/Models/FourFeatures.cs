namespace MlOps.Testing;

/// <summary>A row for the model of <see cref="ModelLoaderConformance"/>: the same four numbers as one array and one by one, whichever the model takes.</summary>
public sealed class FourFeatures
{
    /// <summary>Gets or sets the numbers as the input <c>features</c>.</summary>
    public float[]? Features { get; set; } = [0, 0, 0, 0];

    /// <summary>Gets the first number as the input <c>first</c>.</summary>
    public float First => Features?[0] ?? 0;

    /// <summary>Gets the second number as the input <c>second</c>.</summary>
    public float Second => Features?[1] ?? 0;

    /// <summary>Gets the third number as the input <c>third</c>.</summary>
    public float Third => Features?[2] ?? 0;

    /// <summary>Gets the fourth number as the input <c>fourth</c>.</summary>
    public float Fourth => Features?[3] ?? 0;
}
