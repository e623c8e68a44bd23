using MlOps.Maintenance;

namespace MlOps.Migration;

/// <summary>What a migration did.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MigrationReport
{
    /// <summary>The most faults that <see cref="Faults"/> lists.</summary>
    public const int MaxFaults = 100;

    internal MigrationReport()
    {
    }

    /// <summary>Gets a value indicating whether everything that was at the source when the migration began is at the target.</summary>
    /// <value><see langword="false"/> if there is any fault. Of a dry run it says only that no fault was met.</value>
    public bool IsComplete => FaultCount == 0;

    /// <summary>Gets a value indicating whether nothing was written: what is reported as copied would be.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Gets the number of artifacts that were copied.</summary>
    public required long CopiedArtifacts { get; init; }

    /// <summary>Gets the number of their bytes.</summary>
    public required long CopiedBytes { get; init; }

    /// <summary>Gets the number of artifacts that were at the target already.</summary>
    public required long UnchangedArtifacts { get; init; }

    /// <summary>Gets the number of artifacts that were deleted at the source before they could be copied.</summary>
    public required long DeletedArtifacts { get; init; }

    /// <summary>Gets the number of artifacts that were verified at the end.</summary>
    /// <value>Zero for a dry run and where <see cref="MigrationOptions.Verification"/> is <see cref="MigrationVerification.None"/>.</value>
    public required long VerifiedArtifacts { get; init; }

    /// <summary>Gets the number of faults, each of which keeps the migration from being complete.</summary>
    /// <value>Zero or more; beyond <see cref="MaxFaults"/> an artifact may be counted twice, once when it is copied and once when it is verified.</value>
    public required long FaultCount { get; init; }

    /// <summary>Gets the faults, in the order in which they were found.</summary>
    /// <value>The first <see cref="MaxFaults"/>.</value>
    public required IReadOnlyList<StoreFault> Faults { get; init; }

    /// <summary>Gets how long the migration took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Describes the report in a sentence or two.</summary>
    /// <returns>What was copied, what was verified, and whether it is complete.</returns>
    public override string ToString() =>
        FormattableString.Invariant(
            $"{(DryRun ? "Would copy" : "Copied")} {CopiedArtifacts} artifacts, {CopiedBytes} bytes; {UnchangedArtifacts} were there already, "
            + $"{VerifiedArtifacts} verified. ")
        + (IsComplete ? "Complete." : FormattableString.Invariant($"NOT complete: {FaultCount} faults, the first at {Faults[0].Path}: {Faults[0].Message}"));
}
