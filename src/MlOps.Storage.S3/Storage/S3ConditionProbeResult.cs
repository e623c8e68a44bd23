namespace MlOps.Storage;

/// <summary>The result of a probe for conditional writes.</summary>
/// <param name="Missing">The missing support as a sentence, or <see langword="null"/> if the server supports conditional writes.</param>
/// <param name="IsQuoted">
/// <see langword="true"/> if the server accepts an ETag in quotes, as HTTP requires; <see langword="false"/> if it requires no quotes.
/// </param>
internal sealed record S3ConditionProbeResult(string? Missing, bool IsQuoted);
