namespace MlOps;

/// <summary>A change was refused because of what is recorded already: an alias has moved meanwhile, or a version is still in use.</summary>
/// <remarks>Nothing was changed. Look at the present state and decide again.</remarks>
/// <param name="message">What was refused, what is recorded, and the remedy.</param>
public sealed class VersionConflictException(string message) : MlOpsException(message);
