using System.Text.Json.Nodes;

namespace MlOps.Monitoring.Windows;

/// <summary>The status of an instance that serves a model, as the instance last wrote it.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class InstanceStatus
{
    /// <summary>The format that this version writes, and the newest format that it can read.</summary>
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Model { get; init; }

    public required string Instance { get; init; }

    public required string Machine { get; init; }

    public required int ProcessId { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Gets the time of the last write. Predictions after it may be missing if the instance did not end cleanly.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>Gets the time at which the instance ended cleanly.</summary>
    /// <value><see langword="null"/> if it is running or did not end cleanly.</value>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Gets the time between two writes, in seconds.</summary>
    public required double CheckpointSeconds { get; init; }

    public required IReadOnlyList<VersionStatus> Versions { get; init; }

    /// <summary>Gets the last verdicts on the model.</summary>
    public JsonNode? Verdicts { get; init; }

    /// <summary>Determines whether the instance ended without a last write, or cannot reach the store.</summary>
    /// <param name="now">The current time.</param>
    /// <returns><see langword="true"/> if the last write is older than three times the interval plus one minute.</returns>
    public bool EndedUncleanly(DateTimeOffset now) => Ended is null && now - Updated > (3 * TimeSpan.FromSeconds(CheckpointSeconds)) + TimeSpan.FromMinutes(1);
}
