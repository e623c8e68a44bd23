namespace MlOps.Models;

/// <summary>One input or output of a model: its name, its type, and which values it may have.</summary>
/// <remarks>Immutable and thread-safe, as long as the lists given to it are not changed.</remarks>
public sealed class ModelFeature
{
    /// <summary>Gets the name by which the model knows it.</summary>
    /// <value>Not empty, and no other input (or output) of the signature has it.</value>
    public required string Name { get; init; }

    /// <summary>Gets the type of each value.</summary>
    public required FeatureType Type { get; init; }

    /// <summary>Gets the lengths of the dimensions; <see langword="null"/> is any length, such as that of a batch.</summary>
    /// <value>The default is empty: one value. <c>[null, 28, 28]</c> is any number of 28 by 28 values.</value>
    public IReadOnlyList<long?> Shape { get; init; } = [];

    /// <summary>Gets a value indicating whether a value may be missing (null or NaN).</summary>
    public bool IsNullable { get; init; }

    /// <summary>Gets a value indicating whether the whole feature may be left out.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Gets the least value of a number.</summary>
    /// <value>Inclusive; <see langword="null"/>, the default, is no bound. Never NaN.</value>
    public double? Minimum { get; init; }

    /// <summary>Gets the greatest value of a number.</summary>
    /// <value>Inclusive; <see langword="null"/>, the default, is no bound. Never NaN.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets the only values there are.</summary>
    /// <value><see langword="null"/>, the default, is any; otherwise at least one. Compared ordinally.</value>
    public IReadOnlyList<string>? Categories { get; init; }
}
