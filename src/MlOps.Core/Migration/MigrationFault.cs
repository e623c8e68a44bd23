using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>An artifact that a migration could not bring to the target as it should be.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Message">What is wrong with it, at which end, and what to do.</param>
public sealed record MigrationFault(ArtifactPath Path, string Message);
