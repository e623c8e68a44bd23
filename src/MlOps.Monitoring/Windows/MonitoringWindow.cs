using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Windows;

/// <summary>The predictions of one version of a model in a period, merged over all instances.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class MonitoringWindow
{
    /// <summary>Gets the name of the model in the registry.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the number of the version.</summary>
    public required int Version { get; init; }

    /// <summary>Gets the start of the period, inclusive.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>Gets the end of the period, exclusive.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the number of predictions, including <see cref="Rejected"/> and <see cref="Dropped"/>.</summary>
    public long Predictions { get; init; }

    /// <summary>Gets the number of rejected rows.</summary>
    public long Rejected { get; init; }

    /// <summary>Gets the number of accepted rows with warnings.</summary>
    public long Flagged { get; init; }

    /// <summary>Gets the number of predictions that were not profiled because the collector was overloaded.</summary>
    public long Dropped { get; init; }

    /// <summary>Gets the profile of the inputs as the callers passed them, without rejected rows.</summary>
    /// <value>It has fewer rows than predictions if a sample is profiled. See <see cref="WindowOptions.ProfileSampleRate"/>.</value>
    public required DataProfile Inputs { get; init; }

    /// <summary>Gets the profile of the outputs of the same predictions.</summary>
    public required DataProfile Outputs { get; init; }

    /// <summary>Gets the profile of the latencies in milliseconds; <see langword="null"/> if none was measured.</summary>
    public FeatureProfile? Latency { get; init; }

    /// <summary>Gets the identifiers of the instances.</summary>
    public IReadOnlyList<string> Instances { get; init; } = [];

    /// <summary>Gets the faults, such as the names of damaged documents that were skipped.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}
