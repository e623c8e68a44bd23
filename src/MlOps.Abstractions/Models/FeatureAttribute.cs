using System.Diagnostics.CodeAnalysis;

namespace MlOps.Models;

/// <summary>Specifies the input or output of a model that a property is mapped to, and how its values are given.</summary>
/// <remarks>
/// Without a name, a property is mapped to the feature of its own name. Names are compared without regard to case and to every character that is not a letter
/// or a digit: <c>SepalLengthCm</c> is <c>sepal_length_cm</c> and <c>sepal length (cm)</c>.
/// </remarks>
/// <param name="name">The name of the input or output, compared exactly; <see langword="null"/> for the name of the property.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FeatureAttribute(string? name = null) : Attribute
{
    private const int None = -1;

    /// <summary>Gets the name of the input or output.</summary>
    /// <value>The default is <see langword="null"/>: the name of the property.</value>
    public string? Name { get; } = name;

    /// <summary>Gets or sets the index of the property's value in a row of the tensor <see cref="Name"/>, for tensors whose columns have no names.</summary>
    /// <value>Counted from 0. The default, -1, is the whole row.</value>
    public int Index { get; set; } = None;

    /// <summary>Gets or sets a value indicating whether values may be rounded to the type of the input.</summary>
    /// <value>
    /// The default is <see langword="false"/>. <see langword="true"/> permits an <see cref="int"/> or <see cref="double"/> property for an input of
    /// <see cref="FeatureType.Float32"/>.
    /// </value>
    public bool AllowNarrowing { get; set; }

    /// <summary>Gets or sets the shape of an array's values, for tensors with several dimensions of any length.</summary>
    /// <value>
    /// The lengths of the dimensions of one row, without the dimension of the rows; of one call where the tensor has no rows. -1 is any length, at most once.
    /// The default is <see langword="null"/>: the shape that the model specifies.
    /// </value>
    [SuppressMessage("Performance", "CA1819:Properties should not return arrays", Justification = "An attribute has no other type of list.")]
    public long[]? Shape { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the input or output is given once for each call instead of once for each row, such as a sample rate.
    /// </summary>
    /// <value>
    /// The default is <see langword="false"/>. Inputs and outputs whose first dimension cannot be that of rows are always given once for each call.
    /// </value>
    public bool PerCall { get; set; }
}
