using System.Runtime.CompilerServices;
using MlOps.Metrics;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Provides the stored metric points of a run. A shared run has a folder for each process that records points.</summary>
internal static class RunSegments
{
    /// <summary>Opens the segments that this process writes.</summary>
    /// <param name="store">The store.</param>
    /// <param name="experiment">The experiment.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="state">The state of the run.</param>
    /// <param name="retired">The discarded steps. The caller can add steps later.</param>
    public static MetricSegments Open(IArtifactStore store, string experiment, string runId, RunState state, IReadOnlyList<RetiredSteps> retired)
    {
        var folder = TrackingPaths.Metrics(experiment, runId);
        return new MetricSegments(store, state.IsShared ? folder.Append(Guid.NewGuid().ToString("N")) : folder, retired);
    }

    /// <summary>Reads the points of a run.</summary>
    public static async IAsyncEnumerable<MetricDataPoint> ReadAsync(
        IArtifactStore store, string experiment, string runId, RunState state, string? name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folder = TrackingPaths.Metrics(experiment, runId);
        var folders = state.IsShared ? await ListWritersAsync(store, folder, cancellationToken).ConfigureAwait(false) : [folder];
        foreach (var writer in folders)
        {
            await foreach (var point in new MetricSegments(store, writer, state.Retired).ReadAsync(name, cancellationToken).ConfigureAwait(false))
            {
                yield return point;
            }
        }
    }

    /// <summary>Determines whether an artifact in the metrics folder of a run is a segment.</summary>
    public static bool IsSegment(ArtifactPath path) =>
        path.ToString().LastIndexOf('/') is var end and > 0 && MetricSegmentName.TryParse(path, ArtifactPath.Parse(path.ToString()[..end]), out _);

    private static async Task<IReadOnlyList<ArtifactPath>> ListWritersAsync(IArtifactStore store, ArtifactPath folder, CancellationToken cancellationToken)
    {
        var writers = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in store.ListAsync(folder, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path.ToString()[(folder.ToString().Length + 1)..].Split('/') is [var writer, _] && IsSegment(entry.Path))
            {
                writers.Add(writer);
            }
        }

        return [.. writers.Order(StringComparer.Ordinal).Select(folder.Append)];
    }
}
