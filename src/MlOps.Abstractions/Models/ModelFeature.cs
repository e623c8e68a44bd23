namespace MlOps.Models;

/// <summary>An input or output of a model: name, type and allowed values.</summary>
/// <remarks>Immutable and thread-safe, unless the lists that it was created with are changed.</remarks>
public sealed class ModelFeature
{
    /// <summary>Gets the name of the feature in the model.</summary>
    /// <value>Not empty, and unique among the inputs or among the outputs.</value>
    public required string Name { get; init; }

    /// <summary>Gets the type of the values.</summary>
    public required FeatureType Type { get; init; }

    /// <summary>Gets the lengths of the dimensions. <see langword="null"/> means any length, such as that of a batch.</summary>
    /// <value>The default is empty, which means a single value. <c>[null, 28, 28]</c> means any number of 28 by 28 values.</value>
    public IReadOnlyList<long?> Shape { get; init; } = [];

    /// <summary>Gets a value indicating whether a value may be missing (null or NaN).</summary>
    public bool IsNullable { get; init; }

    /// <summary>Gets a value indicating whether the feature may be omitted.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Gets the inclusive minimum of a numeric feature.</summary>
    /// <value>The default is <see langword="null"/>, which means no limit. Never NaN.</value>
    public double? Minimum { get; init; }

    /// <summary>Gets the inclusive maximum of a numeric feature.</summary>
    /// <value>The default is <see langword="null"/>, which means no limit. Never NaN.</value>
    public double? Maximum { get; init; }

    /// <summary>Gets the allowed values.</summary>
    /// <value>The default is <see langword="null"/>, which allows any value. Otherwise at least one value, compared ordinally.</value>
    public IReadOnlyList<string>? Categories { get; init; }
}
