using System.Globalization;

namespace MlOps.Benchmarks.Storage;

/// <summary>The peak memory of one transfer.</summary>
/// <param name="Title">The transfer.</param>
/// <param name="IdleBytes">The working set of the process before the transfer, after a warm-up of the SDK.</param>
/// <param name="PeakBytes">The largest working set.</param>
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
