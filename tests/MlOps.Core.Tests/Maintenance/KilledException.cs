namespace MlOps.Maintenance;

/// <summary>What a store throws from the moment on at which the process that uses it counts as killed.</summary>
internal sealed class KilledException : Exception;
