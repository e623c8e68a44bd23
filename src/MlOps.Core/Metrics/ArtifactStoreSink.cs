using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Writes points to an artifact store, in a separate folder for each process. <see cref="MetricsArchive"/> reads them.</summary>
internal sealed partial class ArtifactStoreSink : IMetricsSink, IAsyncDisposable
{
    private const int BatchesPerCompaction = 64;
    private readonly MetricSegments _segments;
    private readonly ArtifactPath _folder;
    private readonly ILogger _logger;
    private int _batches;

    public ArtifactStoreSink(IArtifactStore store, string name, TimeProvider timeProvider, ILogger logger)
    {
        // The start time comes first, so that readers list the folders in chronological order.
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

    /// <summary>Merges small segments. A failure is logged only, because the points are already in the store.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "An exception would cause the points to be delivered again.")]
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

    [LoggerMessage(
        730,
        LogLevel.Warning,
        "The metric segments in '{Folder}' could not be merged. No points are lost, and the next compaction retries the merge.")]
    private partial void LogNotCompacted(Exception exception, ArtifactPath folder);
}
