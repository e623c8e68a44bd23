namespace MlOps;

/// <summary>The exception that is thrown when a change conflicts with the recorded state, such as a moved alias or a version in use.</summary>
/// <remarks>Nothing was changed. Read the current state, and retry the change if it still applies.</remarks>
/// <param name="message">The refused change, the recorded state and the remedy.</param>
public sealed class VersionConflictException(string message) : MlOpsException(message);
