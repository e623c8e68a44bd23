using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MlOps.Metrics;

/// <summary>Formats points as lines of JSON.</summary>
internal sealed class JsonLinesWriter : IDisposable
{
    private const int MaxSeries = 10_000;
    private readonly PooledBuffer _lines = new();
    private readonly Dictionary<MetricSeries, Parts> _series = new(ReferenceEqualityComparer.Instance);
    private readonly byte[] _second = "0000-00-00T00:00:00"u8.ToArray();
    private long _secondTicks = -1;

    /// <summary>Gets the lines of the last batch.</summary>
    public ReadOnlyMemory<byte> Lines => _lines.WrittenMemory;

    /// <summary>Formats a batch and replaces the previous one.</summary>
    public void Format(ReadOnlySpan<MetricDataPoint> points)
    {
        _lines.Clear();
        var (series, parts) = ((MetricSeries?)null, default(Parts)!);
        foreach (ref readonly var point in points)
        {
            if (point.Series != series)
            {
                (series, parts) = (point.Series, GetParts(point.Series));
            }

            _lines.Write(parts.Beginning);
            _lines.WriteNumber(point.Value);
            _lines.Write(parts.Unit);
            WriteTime(point.Timestamp);
            if (point.Step is { } step)
            {
                _lines.Write("\",\"step\":"u8);
                _lines.WriteNumber(step);
                _lines.Write(parts.EndAfterStep);
            }
            else
            {
                _lines.Write(parts.EndAfterTime);
            }
        }
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>Gets the cached constant parts of the lines of a series.</summary>
    private Parts GetParts(MetricSeries series)
    {
        if (!_series.TryGetValue(series, out var parts))
        {
            if (_series.Count >= MaxSeries)
            {
                _series.Clear();
            }

            _series.Add(series, parts = Parts.Of(series));
        }

        return parts;
    }

    /// <summary>Writes a UTC time in the ISO 8601 format of the JSON serializer, without trailing zeros in the fraction.</summary>
    private void WriteTime(DateTimeOffset time)
    {
        var (seconds, fraction) = Math.DivRem(time.UtcTicks, TimeSpan.TicksPerSecond);
        if (seconds != _secondTicks)
        {
            _secondTicks = seconds;
            time.UtcDateTime.TryFormat(_second, out _, "yyyy'-'MM'-'dd'T'HH':'mm':'ss", CultureInfo.InvariantCulture);
        }

        _lines.Write(_second);
        if (fraction > 0)
        {
            _lines.Write("."u8);
            _lines.WriteFraction(fraction, digits: 7);
        }

        _lines.Write("+00:00"u8);
    }

    /// <summary>The constant parts of the lines of a series.</summary>
    private sealed record Parts(byte[] Beginning, byte[] Unit, byte[] EndAfterTime, byte[] EndAfterStep)
    {
        public static Parts Of(MetricSeries series)
        {
            var (unit, tags) = (Encode(series, MetricJsonText.WriteUnit), Encode(series, MetricJsonText.WriteTags));
            var name = JsonEncodedText.Encode(series.Name).EncodedUtf8Bytes;
            return new Parts(
                [.. "{\"name\":\""u8, .. name, .. "\",\"value\":"u8],
                [.. unit, .. ",\"time\":\""u8],
                [.. "\""u8, .. tags, .. "}\n"u8],
                [.. tags, .. "}\n"u8]);
        }

        /// <summary>Encodes an optional property with a leading comma.</summary>
        private static byte[] Encode(MetricSeries series, Action<Utf8JsonWriter, MetricSeries> write)
        {
            var buffer = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            write(json, series);
            json.Flush();
            return buffer.WrittenCount == 1 ? [] : [.. ","u8, .. buffer.WrittenSpan[1..]];
        }
    }
}
