namespace MlOps.Workflows;

/// <summary>The exception that is thrown when a captured value has no hash.</summary>
internal sealed class UnhashableValueException(string name, string reason) : Exception($"'{name}' {reason}");
