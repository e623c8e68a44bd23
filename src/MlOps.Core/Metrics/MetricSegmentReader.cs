using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>Reads a segment column by column, so that only one decompressed column is in memory.</summary>
internal sealed class MetricSegmentReader : IDisposable
{
    /// <summary>The media type of a segment, which is gzip-compressed JSON.</summary>
    public const string ContentType = "application/gzip";

    private const int MaxSize = 256 << 20;
    private const int FirstBufferSize = 1 << 16;
    private readonly ArtifactPath _path;
    private readonly GZipStream _gzip;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstBufferSize);
    private int _start;
    private int _end;
    private bool _isEnd;
    private JsonReaderState _state;
    private bool _isInSeries;
    private bool _hasFormat;
    private bool _hasSeries;

    private MetricSegmentReader(ArtifactPath path, PooledBuffer segment)
    {
        _path = path;
        _gzip = new GZipStream(segment.OpenRead(), CompressionMode.Decompress);
    }

    /// <summary>Reads the bytes of a segment into a buffer.</summary>
    /// <returns><see langword="false"/> if the segment does not exist, or was deleted during the read.</returns>
    /// <exception cref="DocumentFormatException">The artifact is larger than the maximum size of a segment.</exception>
    public static async Task<bool> TryLoadAsync(IArtifactStore store, ArtifactPath path, PooledBuffer segment, CancellationToken cancellationToken)
    {
        segment.Clear();
        try
        {
            var content = await store.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
            await using var _ = content.ConfigureAwait(false);
            if (content.Info.Size > MaxSize)
            {
                throw new DocumentFormatException(path, $"it has {content.Info.Size} bytes, but a segment has at most {MaxSize}. {StoredDocument.Restore}");
            }

            var size = (int)content.Info.Size;
            await content.Stream.ReadExactlyAsync(segment.GetMemory(size)[..size], cancellationToken).ConfigureAwait(false);
            segment.Advance(size);
            return true;
        }
        catch (Exception exception) when (exception is ArtifactNotFoundException or ArtifactConflictException)
        {
            return false;
        }
    }

    /// <summary>Reads the columns of a segment.</summary>
    /// <exception cref="DocumentFormatException">The artifact is not a segment, or has a newer format.</exception>
    public static IEnumerable<MetricColumn> Read(ArtifactPath path, PooledBuffer segment)
    {
        using var reader = new MetricSegmentReader(path, segment);
        List<MetricColumn> early = []; // columns that precede the required format property
        while (reader.ReadColumn() is { } column)
        {
            early.Add(column);
            if (reader._hasFormat)
            {
                foreach (var known in early)
                {
                    yield return known;
                }

                early.Clear();
            }
        }

        foreach (var known in early)
        {
            yield return known;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _gzip.Dispose();
    }

    private MetricColumn? ReadColumn()
    {
        try
        {
            while (true)
            {
                if (TryRead(out var column))
                {
                    return column;
                }

                Fill();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidDataException)
        {
            throw new DocumentFormatException(_path, $"{exception.Message} The segment was truncated or altered. Restore it from a backup.", exception);
        }
    }

    /// <summary>Reads the next column, or to the end of the segment.</summary>
    /// <returns><see langword="false"/> if the buffer does not contain enough data.</returns>
    private bool TryRead(out MetricColumn? column)
    {
        column = null;
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _isEnd, _state);
        var before = reader;
        while (column is null && reader.Read())
        {
            if (!TryReadPart(ref reader, out column))
            {
                Keep(before);
                return false;
            }

            before = reader;
        }

        Keep(before);
        return column is not null || (_isEnd && CheckEnd());
    }

    private bool TryReadPart(ref Utf8JsonReader reader, out MetricColumn? column)
    {
        column = null;
        if (_isInSeries)
        {
            _isInSeries = reader.TokenType != JsonTokenType.EndArray;
            return !_isInSeries || TryReadColumn(ref reader, out column);
        }

        if (reader.CurrentDepth == 0)
        {
            return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.EndObject ? true
                : throw new JsonException("The segment is not a JSON object.");
        }

        if (reader.ValueTextEquals("series"u8))
        {
            if (!reader.Read())
            {
                return false;
            }

            _isInSeries = reader.TokenType == JsonTokenType.StartArray && !_hasSeries ? true
                : throw new JsonException("The segment does not have exactly one array of series.");
            return _hasSeries = true;
        }

        if (!reader.ValueTextEquals(StoredDocument.FormatProperty))
        {
            return reader.TrySkip();
        }

        _hasFormat = reader.Read();
        if (_hasFormat)
        {
            StoredDocument.ThrowIfOtherFormat(_path, ref reader);
        }

        return _hasFormat;
    }

    private bool TryReadColumn(ref Utf8JsonReader reader, out MetricColumn? column)
    {
        column = null;
        var start = _start + (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        column = JsonSerializer.Deserialize(_buffer.AsSpan(start, _start + (int)reader.BytesConsumed - start), MetricsJson.Default.MetricColumn)
            ?? throw new JsonException("A series is null.");
        return true;
    }

    private void Keep(in Utf8JsonReader reader)
    {
        _start += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
    }

    private bool CheckEnd() => _hasFormat && _hasSeries ? true : throw new JsonException("The segment has no format or no series.");

    private void Fill()
    {
        if (_isEnd)
        {
            throw new JsonException("The segment is incomplete.");
        }

        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        else if (_end == _buffer.Length)
        {
            Grow();
        }

        var count = _gzip.Read(_buffer.AsSpan(_end));
        _end += count;
        _isEnd = count == 0;
    }

    private void Grow()
    {
        if (_buffer.Length >= MaxSize)
        {
            throw new InvalidDataException($"A series has more than the maximum of {MaxSize} bytes.");
        }

        var buffer = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        _buffer.CopyTo(buffer, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = buffer;
    }
}
