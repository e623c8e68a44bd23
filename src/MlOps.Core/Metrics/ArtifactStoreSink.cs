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
        // Folders are in the order in which they were begun. The rest of the name is unique.
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

    /// <summary>Joins small segments. A failure is logged: the points are in the store already.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception would deliver the points again.")]
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

    [LoggerMessage(730, LogLevel.Warning, "The segments of metrics in '{Folder}' could not be joined. They are complete, and the next compaction repeats it.")]
    private partial void LogNotCompacted(Exception exception, ArtifactPath folder);
}
