using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>Maps a property to an input or output of a model.</summary>
/// <remarks>
/// Without this attribute, a property is mapped to the feature that has the name of the property. Only letters and digits are compared, without regard to case:
/// <c>SepalLengthCm</c> matches <c>sepal_length_cm</c> and <c>sepal length (cm)</c>.
/// </remarks>
/// <param name="name">The exact name of the input or output, or <see langword="null"/> for the name of the property.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FeatureAttribute(string? name = null) : Attribute
{
    private const int None = -1;

    /// <summary>Gets the name of the input or output.</summary>
    /// <value>The default is <see langword="null"/>, which uses the name of the property.</value>
    public string? Name { get; } = name;

    /// <summary>Gets or sets the index of the value in a row of the tensor <see cref="Name"/>, for tensors without column names.</summary>
    /// <value>The zero-based index. The default is -1, which maps the whole row.</value>
    public int Index { get; set; } = None;

    /// <summary>Gets or sets a value indicating whether values may be rounded to the type of the input.</summary>
    /// <value>
    /// The default is <see langword="false"/>. Set it to <see langword="true"/> to map an <see cref="int"/> or <see cref="double"/> property to a
    /// <see cref="FeatureType.Float32"/> input.
    /// </value>
    public bool AllowNarrowing { get; set; }

    /// <summary>Gets or sets the shape of an array, for tensors that have several dimensions of variable length.</summary>
    /// <value>
    /// The lengths of the dimensions of one row, without the row dimension, or of one call if the tensor has no rows. -1 means any length and is allowed once.
    /// The default is <see langword="null"/>, which uses the shape of the model.
    /// </value>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "Attribute arguments do not support other list types.")]
    public long[]? Shape { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the input or output has one value per call instead of one per row, such as a sample rate.
    /// </summary>
    /// <value>
    /// The default is <see langword="false"/>. Inputs and outputs without a row dimension always have one value per call.
    /// </value>
    public bool PerCall { get; set; }
}
