using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Writes a line of JSON for each point into files that are ended by size and age. <see cref="JsonLinesMetrics"/> reads them.</summary>
/// <remarks>
/// A batch survives the process when the call returns, and a power failure after <see cref="JsonLinesSinkOptions.FlushToDiskInterval"/>. A process that dies
/// while it writes leaves one line torn
/// at most, the last.
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

    [LoggerMessage(743, LogLevel.Error, "The metric file '{File}' could not be flushed to the disk. Its last points may be lost if the system fails. "
        + "Check the disk and its free space.")]
    private partial void LogNotFlushed(Exception exception, string file);
}
