using System.Runtime.CompilerServices;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Reads the points that metrics sinks of the type <c>ArtifactStore</c> wrote.</summary>
public static class MetricsArchive
{
    /// <summary>The name of the sink if the settings give it no other.</summary>
    public const string DefaultSink = "ArtifactStore";

    /// <summary>Reads points, also while they are written.</summary>
    /// <param name="store">The store.</param>
    /// <param name="sink">The name of the sink in the settings of the writers.</param>
    /// <param name="name">The metric to read; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The points: of each process in turn, in the order in which these began, and of each series in the order in which it was recorded.</returns>
    /// <exception cref="ArgumentException"><paramref name="sink"/> cannot be the name of a sink.</exception>
    /// <exception cref="DocumentFormatException">A segment was altered, or is of a newer format.</exception>
    /// <exception cref="ArtifactConflictException">While it was read, segments were deleted by retention, and others were joined. Read again.</exception>
    public static async IAsyncEnumerable<MetricDataPoint> ReadAsync(
        IArtifactStore store, string sink = DefaultSink, string? name = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        foreach (var writer in await ListWritersAsync(store, FolderOf(sink), cancellationToken).ConfigureAwait(false))
        {
            await foreach (var point in new MetricSegments(store, writer).ReadAsync(name, cancellationToken).ConfigureAwait(false))
            {
                yield return point;
            }
        }
    }

    /// <summary>Gets the folder of a sink.</summary>
    internal static ArtifactPath FolderOf(string sink)
    {
        RecordText.ThrowIfNotRecordName("metrics sink", sink);
        return ArtifactPath.Parse($"metrics/{sink}");
    }

    private static async Task<IReadOnlyList<ArtifactPath>> ListWritersAsync(IArtifactStore store, ArtifactPath folder, CancellationToken cancellationToken)
    {
        var writers = new List<ArtifactPath>();
        await foreach (var entry in store.ListAsync(folder, null, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Path.ToString()[(folder.ToString().Length + 1)..].Split('/') is [var writer, _] && (writers.Count == 0 || writers[^1].Name != writer))
            {
                writers.Add(folder.Append(writer));
            }
        }

        return writers;
    }
}
