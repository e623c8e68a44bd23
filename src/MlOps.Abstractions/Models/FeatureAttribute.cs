namespace MlOps.Models;

/// <summary>Names the input or output of a model that a property stands for, where the property's own name does not.</summary>
/// <remarks>
/// Without it a property stands for the feature of its name, compared without regard to case and to everything but letters and digits: <c>SepalLengthCm</c> is
/// <c>sepal_length_cm</c> and <c>sepal length (cm)</c>.
/// </remarks>
/// <param name="name">The name, compared exactly.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FeatureAttribute(string name) : Attribute
{
    private const int None = -1;

    /// <summary>Gets the name of the input or output.</summary>
    public string Name { get; } = name;

    /// <summary>Gets or sets which value of a row of the tensor <see cref="Name"/> the property is, for tensors whose columns have no names.</summary>
    /// <value>Counted from 0; the default, -1, is the whole row.</value>
    public int Index { get; set; } = None;
}
