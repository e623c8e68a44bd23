using System.IO.Compression;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>A document with points, by series.</summary>
internal sealed class MetricSegment
{
    /// <summary>The media type of a segment, which is JSON in gzip.</summary>
    public const string ContentType = "application/gzip";

    private const int MaxSize = 256 << 20;
    private const int CopyBufferSize = 1 << 16;

    public required int Format { get; init; }

    public required IReadOnlyList<MetricColumn> Series { get; init; }

    /// <summary>Writes a segment as it is stored; of the same segment always the same bytes.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal, leaveOpen: true))
        {
            JsonSerializer.Serialize(gzip, this, MetricsJson.Default.MetricSegment);
        }

        return buffer.ToArray();
    }

    /// <summary>Reads a segment.</summary>
    /// <returns>The segment and the size of its JSON in bytes, or <see langword="null"/> if it is not there, or not any more.</returns>
    /// <exception cref="DocumentFormatException">It is no segment, or one of a newer format.</exception>
    public static async Task<(MetricSegment Segment, long Size)?> TryReadAsync(IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            if (await StoredDocument.TryReadAsync(store, path, MaxSize, cancellationToken).ConfigureAwait(false) is not { } bytes)
            {
                return null;
            }

            var json = Decompress(path, bytes);
            return (StoredDocument.Parse(path, json, MetricsJson.Default.MetricSegment), json.Length);
        }
        catch (ArtifactConflictException)
        {
            return null; // deleted while it was read
        }
    }

    private static byte[] Decompress(ArtifactPath path, byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes, writable: false), CompressionMode.Decompress);
        using var json = new MemoryStream();
        var buffer = new byte[CopyBufferSize];
        try
        {
            while (gzip.Read(buffer) is > 0 and var count)
            {
                if (json.Length + count > MaxSize)
                {
                    throw new DocumentFormatException(path, $"it has more than {MaxSize} bytes when decompressed; none of its kind has. {StoredDocument.Restore}");
                }

                json.Write(buffer, 0, count);
            }
        }
        catch (InvalidDataException exception)
        {
            throw new DocumentFormatException(path, $"{exception.Message} {StoredDocument.Restore}", exception);
        }

        return json.ToArray();
    }
}
