using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace MlOps.Metrics;

/// <summary>Encodes a batch of points as a segment. The encoding is deterministic.</summary>
internal ref struct MetricSegmentEncoder
{
    private const int ChunkSize = 1 << 16;

    /// <summary>
    /// Compression level 2. Measured with random values, level 1 produces 50 % larger segments, and level 6 takes twice as long for a saving of 7 %.
    /// </summary>
    private static readonly ZLibCompressionOptions s_compression = new() { CompressionLevel = 2 };
    private readonly ReadOnlySpan<MetricDataPoint> _points;
    private readonly Stream _target;
    private readonly PooledBuffer _text;
    private readonly int[] _next;
    private long _size;

    private MetricSegmentEncoder(ReadOnlySpan<MetricDataPoint> points, Stream target, PooledBuffer text, int[] next)
    {
        _points = points;
        _target = target;
        _text = text;
        _next = next;
    }

    /// <summary>Encodes points.</summary>
    public static void Encode(ReadOnlySpan<MetricDataPoint> points, PooledBuffer segment)
    {
        MetricSegmentFrame.Continue(segment);
        long size;
        var next = ArrayPool<int>.Shared.Rent(points.Length);
        using (var text = new PooledBuffer())
        using (var gzip = new GZipStream(segment, s_compression, leaveOpen: true))
        {
            var encoder = new MetricSegmentEncoder(points, gzip, text, next);
            encoder.WriteColumns();
            size = encoder._size;
        }

        ArrayPool<int>.Shared.Return(next);
        MetricSegmentFrame.Close(segment, size);
    }

    private void WriteColumns()
    {
        using var json = new Utf8JsonWriter((IBufferWriter<byte>)_text);
        var isFirst = true;
        foreach (var column in LinkColumns())
        {
            if (!isFirst)
            {
                _text.Write(","u8);
            }

            isFirst = false;
            json.Reset();
            json.WriteStartObject();
            json.WriteString("name"u8, column.Series.Name);
            json.WriteUnit(column.Series);
            json.WriteTags(column.Series);
            json.Flush();
            WriteNumbers(column);
        }

        WriteChunk();
    }

    /// <summary>Links the points of each series in order. The columns are in the order of their first points.</summary>
    private readonly List<Column> LinkColumns()
    {
        var byReference = new Dictionary<MetricSeries, Column>(ReferenceEqualityComparer.Instance);
        var byValue = new Dictionary<MetricSeries, Column>(MetricSeriesComparer.Instance);
        var columns = new List<Column>();
        for (var i = 0; i < _points.Length; i++)
        {
            var series = _points[i].Series;
            if (!byReference.TryGetValue(series, out var column))
            {
                if (!byValue.TryGetValue(series, out column))
                {
                    byValue.Add(series, column = new Column(series, i));
                    columns.Add(column);
                }

                byReference.Add(series, column);
            }

            _next[column.Last] = i;
            _next[i] = -1;
            column.Last = i;
            column.HasSteps |= _points[i].Step is not null;
        }

        return columns;
    }

    private void WriteNumbers(Column column)
    {
        _text.Write(",\"times\":["u8);
        var before = DateTimeOffset.UnixEpoch.Ticks;
        for (var i = column.First; i >= 0; i = Next(i))
        {
            var ticks = _points[i].Timestamp.UtcTicks;
            _text.WriteMilliseconds(ticks - before);
            before = ticks;
        }

        if (column.HasSteps)
        {
            _text.Write("],\"steps\":["u8);
            WriteSteps(column);
        }

        _text.Write("],\"values\":["u8);
        for (var i = column.First; i >= 0; i = Next(i))
        {
            _text.WriteNumber(_points[i].Value);
        }

        _text.Write("]}"u8);
    }

    private void WriteSteps(Column column)
    {
        var before = 0L;
        for (var i = column.First; i >= 0; i = Next(i))
        {
            if (_points[i].Step is { } step)
            {
                _text.WriteNumber(step - before);
                before = step;
            }
            else
            {
                _text.Write("null"u8);
            }
        }
    }

    /// <summary>Advances to the next point of the column, and writes a separator if there is one.</summary>
    private int Next(int i)
    {
        if (_text.Length >= ChunkSize)
        {
            WriteChunk();
        }

        var next = _next[i];
        if (next >= 0)
        {
            _text.Write(","u8);
        }

        return next;
    }

    private void WriteChunk()
    {
        _target.Write(_text.WrittenSpan);
        _size += _text.Length;
        _text.Clear();
    }

    private sealed class Column(MetricSeries series, int first)
    {
        public MetricSeries Series { get; } = series;

        public int First { get; } = first;

        public int Last { get; set; } = first;

        public bool HasSteps { get; set; }
    }
}
