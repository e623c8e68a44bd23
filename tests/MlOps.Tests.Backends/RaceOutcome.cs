namespace MlOps.Tests.Backends;

/// <summary>How one writer of a race fared.</summary>
/// <param name="Won">Whether its write was acknowledged.</param>
/// <param name="ETag">The tag of what it wrote, or empty.</param>
/// <param name="Sha256">The digest of what it wrote, or empty.</param>
/// <param name="Error">The name of the exception it got, or empty.</param>
public sealed record RaceOutcome(bool Won, string ETag, string Sha256, string Error);
