namespace MlOps.Monitoring.Drift;

/// <summary>The comparison of rows with a baseline.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class DriftResult
{
    /// <summary>Gets the features, most drifted first.</summary>
    public required IReadOnlyList<FeatureDrift> Features { get; init; }

    /// <summary>Gets the number of rows of the baseline.</summary>
    public long BaselineRows { get; init; }

    /// <summary>Gets the number of current rows.</summary>
    public long CurrentRows { get; init; }

    /// <summary>Gets the number of drifted features.</summary>
    public int Drifted => Features.Count(static feature => feature.Verdict == DriftVerdict.Drifted);

    /// <summary>Gets the share of drifted features among the features with a decision, 0 to 1; 0 if no feature has a decision.</summary>
    public double DriftedShare =>
        Features.Count(static feature => feature.Verdict is DriftVerdict.Stable or DriftVerdict.Drifted) is var decided and > 0
            ? (double)Drifted / decided
            : 0;
}
