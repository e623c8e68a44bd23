using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Alerts;

/// <summary>The measurements of a complete window, merged over all instances, that alert rules use.</summary>
internal sealed record AlertObservation
{
    public required int Version { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the number of predictions, including rejected rows.</summary>
    public long Predictions { get; init; }

    public long Rejected { get; init; }

    /// <summary>Gets the 99th percentile of the latency in milliseconds, or NaN if it was not measured.</summary>
    public double LatencyP99 { get; init; } = double.NaN;

    /// <summary>Gets the drift of the inputs; <see langword="null"/> if it was not computed.</summary>
    public DriftResult? InputDrift { get; init; }

    /// <summary>Gets the drift of the outputs; <see langword="null"/> if it was not computed.</summary>
    public DriftResult? OutputDrift { get; init; }

    /// <summary>Gets the quality; <see langword="null"/> if it was not computed.</summary>
    public QualityResult? Quality { get; init; }

    /// <summary>Creates the observation of a window.</summary>
    public static AlertObservation From(
        MonitoringWindow window, DriftResult? inputDrift = null, DriftResult? outputDrift = null, QualityResult? quality = null) => new()
        {
            Version = window.Version,
            Start = window.Start,
            End = window.End,
            Predictions = window.Predictions,
            Rejected = window.Rejected,
            LatencyP99 = window.Latency?.Quantile(0.99) ?? double.NaN,
            InputDrift = inputDrift,
            OutputDrift = outputDrift,
            Quality = quality,
        };
}
