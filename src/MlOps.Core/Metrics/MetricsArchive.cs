using System.Runtime.CompilerServices;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Reads the points that metrics sinks of type <c>ArtifactStore</c> wrote.</summary>
public static class MetricsArchive
{
    /// <summary>The default name of the sink.</summary>
    internal const string DefaultSink = "ArtifactStore";

    /// <summary>Reads the points of a sink. Sinks may write concurrently.</summary>
    /// <param name="store">The store.</param>
    /// <param name="sink">The name of the sink in the settings of the writing processes.</param>
    /// <param name="name">The name of the metric to read; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">A token that cancels the reading.</param>
    /// <returns>The points, ordered by the start of their process. The order of recording is preserved within each series.</returns>
    /// <exception cref="ArgumentException"><paramref name="sink"/> is not a valid name of a sink.</exception>
    /// <exception cref="DocumentFormatException">A segment was altered or has a newer format.</exception>
    /// <exception cref="ArtifactConflictException">During the read, retention deleted segments and a compaction merged others. Read again.</exception>
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
