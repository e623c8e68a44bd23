namespace MlOps.Storage;

/// <summary>What a server makes of conditional writes.</summary>
/// <param name="Missing">What it lacks, as a sentence; <see langword="null"/> if nothing.</param>
/// <param name="IsQuoted">Whether it accepts an ETag in quotes, as HTTP has it; if not, it wants it without.</param>
internal sealed record S3ConditionSupport(string? Missing, bool IsQuoted);
