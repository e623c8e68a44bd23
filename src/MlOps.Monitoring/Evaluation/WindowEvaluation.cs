using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Evaluation;

/// <summary>The stored evaluation of a window.</summary>
/// <remarks>Immutable. It is computed from stored windows, outcomes and the baseline, so that it can be deleted and computed again.</remarks>
internal sealed record WindowEvaluation
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Model { get; init; }

    public required int Version { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the digest of the objects of the window. If they change, the window is evaluated again.</summary>
    public required string Objects { get; init; }

    /// <summary>Gets the digest of the outcomes and the prediction log that <see cref="Quality"/> is computed from; empty if it was not computed.</summary>
    public string Outcomes { get; init; } = "";

    public long Predictions { get; init; }

    public long Rejected { get; init; }

    public long Flagged { get; init; }

    public long Dropped { get; init; }

    /// <summary>Gets the 99th percentile of the latency in milliseconds; <see langword="null"/> if it was not measured.</summary>
    public double? LatencyP99 { get; init; }

    /// <summary>Gets the drift of the inputs; <see langword="null"/> if the version has no baseline.</summary>
    public DriftResult? Inputs { get; init; }

    /// <summary>Gets the drift of the outputs; <see langword="null"/> if the version has no baseline of its outputs.</summary>
    public DriftResult? Outputs { get; init; }

    public QualityResult? Quality { get; init; }

    public IReadOnlyList<string> Faults { get; init; } = [];
}
