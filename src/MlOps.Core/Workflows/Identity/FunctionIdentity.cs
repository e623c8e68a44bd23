namespace MlOps.Workflows;

/// <summary>The identity of a function.</summary>
/// <param name="Method">The method with its generic arguments and metadata token.</param>
/// <param name="Target">The type of the target object, which selects the override of a virtual method.</param>
/// <param name="Captured">The captured values by name, each as type and value or as type and digest.</param>
internal sealed record FunctionIdentity(string Method, string? Target, SortedDictionary<string, string>? Captured);
