namespace MlOps.Monitoring.Windows;

/// <summary>The predictions of one version by an instance since its start.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class VersionStatus
{
    public required int Version { get; init; }

    /// <summary>Gets a value indicating whether the version is loaded.</summary>
    public required bool IsLoaded { get; init; }

    public required long Predictions { get; init; }

    public required long Rejected { get; init; }

    public required long Flagged { get; init; }

    public required long Dropped { get; init; }

    /// <summary>Gets the number of predictions per second since the previous write.</summary>
    public required double Rate { get; init; }
}
