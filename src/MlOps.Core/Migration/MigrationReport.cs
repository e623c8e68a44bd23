using System.Globalization;
using MlOps.Maintenance;

namespace MlOps.Migration;

/// <summary>The result of a migration.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MigrationReport
{
    /// <summary>The maximum number of faults in <see cref="Faults"/>.</summary>
    public const int MaxFaults = 100;

    internal MigrationReport()
    {
    }

    /// <summary>Gets a value indicating whether the target contains everything that the source contained when the migration began.</summary>
    /// <value><see langword="false"/> if there is a fault. After a dry run, <see langword="true"/> only states that no fault was found.</value>
    public bool IsComplete => FaultCount == 0;

    /// <summary>Gets a value indicating whether the migration was a dry run, which copies nothing. The numbers of copied artifacts are estimates.</summary>
    public bool DryRun { get; internal init; }

    /// <summary>Gets the number of copied artifacts.</summary>
    public long CopiedArtifacts { get; internal init; }

    /// <summary>Gets the total size of the copied artifacts, in bytes.</summary>
    public long CopiedBytes { get; internal init; }

    /// <summary>Gets the number of artifacts that the target already contained.</summary>
    public long UnchangedArtifacts { get; internal init; }

    /// <summary>Gets the number of artifacts that were deleted at the source before they could be copied.</summary>
    public long DeletedArtifacts { get; internal init; }

    /// <summary>Gets the number of artifacts that were verified at the end.</summary>
    /// <value>0 for a dry run, and if <see cref="MigrationOptions.Verification"/> is <see cref="MigrationVerification.None"/>.</value>
    public long VerifiedArtifacts { get; internal init; }

    /// <summary>Gets the number of faults.</summary>
    /// <value>If there are more than <see cref="MaxFaults"/> faults, an artifact may be counted twice: when it is copied and when it is verified.</value>
    public long FaultCount { get; internal init; }

    /// <summary>Gets the first <see cref="MaxFaults"/> faults, in the order in which they were found.</summary>
    public IReadOnlyList<StoreFault> Faults { get; internal init; } = [];

    /// <summary>Gets the duration of the migration.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Describes the report in several lines.</summary>
    /// <returns>The counts, the duration, and the first faults.</returns>
    public override string ToString() => ReportText.Join(
    [
        $"Migration{(DryRun ? " (dry run)" : "")}, {ReportText.Duration(Duration)}: {(IsComplete ? "complete" : "not complete")}",
        $"{(DryRun ? "To copy" : "Copied")}: {ReportText.Count(CopiedArtifacts, "artifact")} ({ReportText.Size(CopiedBytes)})",
        string.Create(
            CultureInfo.InvariantCulture,
            $"Unchanged: {UnchangedArtifacts:N0}; deleted at the source: {DeletedArtifacts:N0}; verified: {VerifiedArtifacts:N0}"),
        .. ReportText.List("Faults", [.. Faults.Select(static fault => fault.Path is null ? fault.Message : $"{fault.Path}: {fault.Message}")], FaultCount),
    ]);
}
