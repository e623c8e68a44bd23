using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MlOps.Metrics;

/// <summary>Writes a line of JSON for each point into files that are ended by size and age. <see cref="JsonLinesMetrics"/> reads them.</summary>
/// <remarks>What a call has written survives the process. A process that dies while it writes leaves one line torn at most, the last.</remarks>
internal sealed class JsonLinesSink(JsonLinesSinkOptions options, TimeProvider timeProvider) : IMetricsSink, IAsyncDisposable
{
    private readonly ArrayBufferWriter<byte> _lines = new();
    private JsonLinesFile? _file;

    public async Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Serialize(points.Span);
        var now = timeProvider.GetUtcNow();
        if (_file is not null && (_file.Length + _lines.WrittenCount > options.MaxFileSize || now - _file.Created >= options.MaxFileAge) && _file.Length > 0)
        {
            await DisposeAsync().ConfigureAwait(false);
        }

        await (_file ??= Begin(now)).AppendAsync(_lines.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Serialize(ReadOnlySpan<MetricDataPoint> points)
    {
        _lines.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_lines);
        foreach (ref readonly var point in points)
        {
            JsonSerializer.Serialize(writer, MetricLine.Of(point), MetricsJson.Default.MetricLine);
            writer.Flush();
            writer.Reset();
            _lines.Write("\n"u8);
        }
    }

    private JsonLinesFile Begin(DateTimeOffset now)
    {
        Directory.CreateDirectory(options.Path);
        var file = JsonLinesFile.Create(
            Path.Combine(options.Path, string.Create(CultureInfo.InvariantCulture, $"{JsonLinesMetrics.Prefix}{now:yyyyMMdd'T'HHmmssfffffff'Z'}-{Guid.NewGuid():N}{JsonLinesMetrics.Suffix}")), now);
        DeleteOldest();
        return file;
    }

    private void DeleteOldest()
    {
        var files = JsonLinesMetrics.ListOwnFiles(options.Path);
        var surplus = files.Count - options.MaxFiles;
        for (var i = 0; i < files.Count && surplus > 0; i++)
        {
            if (TryDelete(files[i]))
            {
                surplus--;
            }
        }
    }

    private static bool TryDelete(string file)
    {
        try
        {
            // Who writes to it has it open for itself; then this throws, on every system.
            using (new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.None))
            {
            }

            File.Delete(file);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
