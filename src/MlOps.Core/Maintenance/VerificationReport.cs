namespace MlOps.Maintenance;

/// <summary>The result of a verification.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class VerificationReport
{
    internal VerificationReport()
    {
    }

    /// <summary>Gets a value indicating whether the verification found no fault.</summary>
    public bool IsSound => FaultCount == 0;

    /// <summary>Gets the number of distinct files that were verified.</summary>
    public long Files { get; internal init; }

    /// <summary>Gets the total size of the intact files, in bytes.</summary>
    public long Bytes { get; internal init; }

    /// <summary>Gets the number of faults.</summary>
    public long FaultCount { get; internal init; }

    /// <summary>Gets the faults, up to <see cref="VerificationOptions.MaxFaults"/>. Faults of logs precede faults of content, which are in no particular
    /// order.</summary>
    /// <remarks>Content that is referenced only by a damaged event, or by an event after it, was not verified. Repair the log, and verify the store
    /// again.</remarks>
    public IReadOnlyList<StoreFault> Faults { get; internal init; } = [];

    /// <summary>Gets the duration of the verification.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Describes the report in several lines.</summary>
    /// <returns>The number of verified files, the duration, and the first faults.</returns>
    public override string ToString() => ReportText.Join(
    [
        $"Verified {ReportText.Count(Files, "file")} ({ReportText.Size(Bytes)}), {ReportText.Duration(Duration)}",
        .. ReportText.List("Faults", Faults, FaultCount),
    ]);
}
