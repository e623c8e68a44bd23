namespace MlOps.Models;

/// <summary>A change of a model signature that breaks callers of the earlier signature.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class BreakingChange
{
    internal BreakingChange(string feature, string aspect, string before, string after)
    {
        Feature = feature;
        Aspect = aspect;
        Before = before;
        After = after;
    }

    /// <summary>Gets the changed feature, such as <c>input 'age'</c>.</summary>
    public string Feature { get; }

    /// <summary>Gets the changed property of the feature.</summary>
    /// <value>
    /// <c>presence</c>, <c>type</c>, <c>shape</c>, <c>nullability</c>, <c>optionality</c>, <c>range</c> or <c>categories</c>.
    /// </value>
    public string Aspect { get; }

    /// <summary>Gets the earlier value, such as <c>Float64</c>.</summary>
    public string Before { get; }

    /// <summary>Gets the new value, such as <c>Float32</c>.</summary>
    public string After { get; }

    /// <summary>Returns a description of the change.</summary>
    /// <returns>The description, such as <c>input 'age': type was Float64, is Float32</c>.</returns>
    public override string ToString() => $"{Feature}: {Aspect} was {Before}, is {After}";
}
