namespace MlOps.Migration;

/// <summary>How far a migration has come. How much is left is not known before the end: the source is listed while it is copied.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Artifacts">The artifacts it has looked at in this phase.</param>
/// <param name="CopiedArtifacts">The artifacts it has copied since it began.</param>
/// <param name="CopiedBytes">Their bytes.</param>
/// <param name="BytesPerSecond">The average rate of copying since it began, in bytes per second.</param>
public readonly record struct MigrationProgress(MigrationPhase Phase, long Artifacts, long CopiedArtifacts, long CopiedBytes, double BytesPerSecond);
