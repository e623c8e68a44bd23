namespace MlOps.Workflows;

/// <summary>The exception that is thrown when a captured value cannot be hashed.</summary>
internal sealed class UnhashableValueException(string name, string reason) : Exception($"'{name}' {reason}");
