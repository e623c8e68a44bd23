namespace MlOps.Tracking;

/// <summary>Surroundings, and the one part of them that is too large for their description.</summary>
/// <param name="Environment">The surroundings.</param>
/// <param name="Diff">The bytes whose digest is <see cref="GitState.Diff"/>, to be stored as content; <see langword="null"/> if there are none.
/// They are no text: a patch holds the lines of files in the encodings of these.</param>
internal sealed record CapturedEnvironment(RunEnvironment Environment, byte[]? Diff);
