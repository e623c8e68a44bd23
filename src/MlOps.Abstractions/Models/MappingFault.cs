namespace MlOps.Models;

/// <summary>A mismatch between a row type and a model.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
/// <param name="member">The mismatched member, such as <c>property 'Age'</c> or <c>input 'age'</c>.</param>
/// <param name="expected">The requirement of the model, such as <c>Float32</c>.</param>
/// <param name="found">The actual type or state, such as <c>Float64</c> or <c>no property</c>.</param>
public sealed class MappingFault(string member, string expected, string found)
{
    /// <summary>Gets the mismatched member, such as <c>property 'Age'</c> or <c>input 'age'</c>.</summary>
    public string Member { get; } = member;

    /// <summary>Gets the requirement of the model, such as <c>Float32</c>.</summary>
    public string Expected { get; } = expected;

    /// <summary>Gets the actual type or state, such as <c>Float64</c> or <c>no property</c>.</summary>
    public string Found { get; } = found;

    /// <summary>Returns a description of the mismatch.</summary>
    /// <returns>The description, such as <c>property 'Age': expected Float32, found Float64</c>.</returns>
    public override string ToString() => $"{Member}: expected {Expected}, found {Found}";
}
