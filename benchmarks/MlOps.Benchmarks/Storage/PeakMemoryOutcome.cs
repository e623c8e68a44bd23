using System.Globalization;

namespace MlOps.Benchmarks.Storage;

/// <summary>The memory that one transfer took.</summary>
/// <param name="Title">Which transfer.</param>
/// <param name="IdleBytes">The process's working set before, with the SDK warmed up.</param>
/// <param name="PeakBytes">The largest working set it ever had.</param>
internal sealed record PeakMemoryOutcome(string Title, long IdleBytes, long PeakBytes) : IOutcome
{
    private const double AimMiB = 96;

    private double AboveIdleMiB => (PeakBytes - IdleBytes) / (double)(1 << 20);

    public string ToSummaryRow() => string.Create(
        CultureInfo.InvariantCulture,
        $"| {Title}: peak memory | ≤ {AimMiB} MiB above idle | {AboveIdleMiB:0.0} MiB | {(AboveIdleMiB <= AimMiB ? "yes" : "**no**")} |");

    public string ToSection() => string.Create(
        CultureInfo.InvariantCulture,
        $"### {Title}: peak memory\n\nIdle {IdleBytes / (double)(1 << 20):0.0} MiB, peak {PeakBytes / (double)(1 << 20):0.0} MiB.\n");
}
