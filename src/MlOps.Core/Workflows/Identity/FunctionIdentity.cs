namespace MlOps.Workflows;

/// <summary>The identity of a function.</summary>
/// <param name="Method">The method with its generic arguments and its metadata token.</param>
/// <param name="Target">The type of the object whose method it is, which decides between overrides.</param>
/// <param name="Captured">The captured values by name: type and value, or type and digest.</param>
internal sealed record FunctionIdentity(string Method, string? Target, SortedDictionary<string, string>? Captured);
