using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Writes each point as a line of JSON to files that rotate by size and age. <see cref="JsonLinesMetrics"/> reads them.</summary>
/// <remarks>
/// When a write returns, the batch survives a crash of the process. After <see cref="JsonLinesSinkOptions.FlushToDiskInterval"/>, it also survives a
/// power failure. A process that crashes during a write leaves at most one incomplete line, the last.
/// </remarks>
internal sealed partial class JsonLinesSink(JsonLinesSinkOptions options, TimeProvider timeProvider, ILogger logger) : IMetricsSink, IAsyncDisposable
{
    private readonly ILogger _logger = logger;
    private readonly JsonLinesWriter _writer = new();
    private readonly JsonLinesRetention _retention = new(options, logger);
    private JsonLinesFile? _file;

    public async Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _writer.Format(points.Span);
        var now = timeProvider.GetUtcNow();
        if (_file is { Length: > 0 } && (_file.Length + _writer.Lines.Length > options.MaxFileSize || now - _file.Created >= options.MaxFileAge))
        {
            await EndAsync().ConfigureAwait(false);
        }

        await (_file ??= Begin(now)).AppendAsync(_writer.Lines, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _writer.Dispose();
    }

    private async ValueTask EndAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private JsonLinesFile Begin(DateTimeOffset now)
    {
        Directory.CreateDirectory(options.Path);
        var name = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd'T'HHmmssfffffff'Z'}-{Guid.NewGuid():N}");
        var path = Path.GetFullPath(Path.Combine(options.Path, $"{JsonLinesMetrics.Prefix}{name}{JsonLinesMetrics.Suffix}"));
        var file = JsonLinesFile.Create(path, options.FlushToDiskInterval, timeProvider, exception => LogNotFlushed(exception, path));
        _retention.Apply(now, path);
        return file;
    }

    [LoggerMessage(743, LogLevel.Error, "The metric file '{File}' could not be flushed to the disk. Its last points may be lost after a power failure. "
        + "Check the disk and its free space.")]
    private partial void LogNotFlushed(Exception exception, string file);
}
