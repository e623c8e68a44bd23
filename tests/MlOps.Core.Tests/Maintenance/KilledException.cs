namespace MlOps.Maintenance;

/// <summary>The exception that a store throws after its process was killed in a test.</summary>
internal sealed class KilledException : Exception;
