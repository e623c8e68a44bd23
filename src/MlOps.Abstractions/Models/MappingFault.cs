namespace MlOps.Models;

/// <summary>A way in which a caller's type does not fit a model.</summary>
/// <param name="Member">What does not fit, such as <c>property 'Age'</c> or <c>input 'age'</c>.</param>
/// <param name="Expected">What the model needs, such as <c>Float32</c>.</param>
/// <param name="Found">What is there, such as <c>Float64</c> or <c>no property</c>.</param>
public sealed record MappingFault(string Member, string Expected, string Found)
{
    /// <summary>Says it as a clause.</summary>
    /// <returns>Such as <c>property 'Age': expected Float32, found Float64</c>.</returns>
    public override string ToString() => $"{Member}: expected {Expected}, found {Found}";
}
