namespace MlOps.Models;

/// <summary>A change of a signature that breaks who relies on the signature before.</summary>
/// <param name="Feature">What changed, such as <c>input 'age'</c>.</param>
/// <param name="Aspect">Which of its properties: <c>presence</c>, <c>type</c>, <c>shape</c>, <c>nullability</c>, <c>optionality</c>, <c>range</c> or <c>categories</c>.</param>
/// <param name="Before">What it was, such as <c>Float64</c>.</param>
/// <param name="After">What it is, such as <c>Float32</c>.</param>
public sealed record SignatureBreak(string Feature, string Aspect, string Before, string After)
{
    /// <summary>Says it as a clause.</summary>
    /// <returns>Such as <c>input 'age': type was Float64, is Float32</c>.</returns>
    public override string ToString() => $"{Feature}: {Aspect} was {Before}, is {After}";
}
