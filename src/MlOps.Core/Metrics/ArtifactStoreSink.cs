using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Keeps points in an artifact store, each process in a folder of its own. <see cref="MetricsArchive"/> reads them.</summary>
internal sealed partial class ArtifactStoreSink : IMetricsSink, IAsyncDisposable
{
    private const int BatchesPerCompaction = 64;
    private readonly MetricSegments _segments;
    private readonly ArtifactPath _folder;
    private readonly ILogger _logger;
    private int _batches;

    public ArtifactStoreSink(IArtifactStore store, string name, TimeProvider timeProvider, ILogger logger)
    {
        // Folders in the order in which they were begun; the rest of the name is nobody else's.
        var writer = string.Create(CultureInfo.InvariantCulture, $"{timeProvider.GetUtcNow():yyyyMMdd'T'HHmmssfff'Z'}-{Guid.NewGuid():N}");
        _folder = MetricsArchive.FolderOf(name).Append(writer);
        _segments = new MetricSegments(store, _folder);
        _logger = logger;
    }

    public async Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        await _segments.AppendAsync(points, cancellationToken).ConfigureAwait(false);
        if (++_batches % BatchesPerCompaction == 0)
        {
            await TryCompactAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_batches > 1)
        {
            await TryCompactAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The points are in the store whatever becomes of the compaction, so its failure is nobody's error.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The points are delivered; thrown, it would have them delivered again.")]
    private async Task TryCompactAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _segments.CompactAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogNotCompacted(exception, _folder);
        }
    }

    [LoggerMessage(730, LogLevel.Warning, "The segments of metrics in '{Folder}' could not be put together; they are complete all the same, and it is tried again.")]
    private partial void LogNotCompacted(Exception exception, ArtifactPath folder);
}
