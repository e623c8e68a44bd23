using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Reports;

/// <summary>The state of a model in a period, compared with its baseline.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MonitoringReport
{
    /// <summary>Gets the merged predictions of the period.</summary>
    public required MonitoringWindow Period { get; init; }

    /// <summary>Gets the profile of the inputs of the baseline; <see langword="null"/> if the version has none.</summary>
    public DataProfile? BaselineInputs { get; init; }

    /// <summary>Gets the profile of the outputs of the baseline; <see langword="null"/> if the version has none.</summary>
    public DataProfile? BaselineOutputs { get; init; }

    /// <summary>Gets the drift of the inputs; <see langword="null"/> without a baseline.</summary>
    public DriftResult? InputDrift { get; init; }

    /// <summary>Gets the drift of the outputs; <see langword="null"/> without a baseline.</summary>
    public DriftResult? OutputDrift { get; init; }

    /// <summary>Gets the quality of each window in the period, oldest first.</summary>
    public IReadOnlyList<KeyValuePair<DateTimeOffset, QualityResult>> Quality { get; init; } = [];

    /// <summary>Gets the active alerts.</summary>
    public IReadOnlyList<Alerts.Alert> Alerts { get; init; } = [];
}
