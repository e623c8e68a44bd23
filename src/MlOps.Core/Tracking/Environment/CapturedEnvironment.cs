namespace MlOps.Tracking;

/// <summary>A captured environment, and the patch of uncommitted changes, which is stored separately.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Diff">The content of the patch, whose digest is <see cref="GitState.Diff"/>; <see langword="null"/> if there is none. The
/// patch is binary, because its lines have the encodings of their files.</param>
internal sealed record CapturedEnvironment(RunEnvironment Environment, byte[]? Diff);
