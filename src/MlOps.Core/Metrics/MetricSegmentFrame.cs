using System.Buffers.Binary;

namespace MlOps.Metrics;

/// <summary>Writes the constant gzip members around the columns of a segment, which allow segments to be merged without decompression.</summary>
/// <remarks>
/// A gzip file may consist of several members, and its content is the concatenation of theirs. A segment has one member for
/// <c>{"format":1,"series":[</c>, one member for the columns of each batch, a member for each comma between them, and one member for <c>]}</c>.
/// Therefore a merged segment is a single JSON document too. The first member has an extra field with the size of the document, which limits the size
/// of merged segments.
/// </remarks>
internal static class MetricSegmentFrame
{
    private const int HeaderSize = 10;
    private const int ExtraSize = 2 + 4 + sizeof(long);
    private const int SizeOffset = HeaderSize + ExtraSize - sizeof(long);
    private static readonly byte[] s_opening = Member("{\"format\":1,\"series\":["u8, crc: 0x13c45205, hasSize: true);
    private static readonly byte[] s_comma = Member(","u8, crc: 0xe0da836e);
    private static readonly byte[] s_closing = Member("]}"u8, crc: 0x60783c67);

    /// <summary>Starts a segment, or separates the columns of the next batch from the previous ones.</summary>
    public static void Continue(PooledBuffer segment) => segment.Write(segment.Length == 0 ? s_opening : s_comma);

    /// <summary>Appends the columns of another segment.</summary>
    public static void Append(PooledBuffer segment, ReadOnlySpan<byte> other)
    {
        Continue(segment);
        segment.Write(ColumnsOf(other));
    }

    /// <summary>Ends a segment.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="size">The decompressed size of the columns.</param>
    public static void Close(PooledBuffer segment, long size)
    {
        segment.Write(s_closing);
        BinaryPrimitives.WriteInt64LittleEndian(segment.WrittenSpan[SizeOffset..], size);
    }

    /// <summary>Gets the decompressed size of the columns of a segment.</summary>
    /// <returns><see langword="true"/> if the segment can be merged; <see langword="false"/> if an earlier version of the library wrote it.</returns>
    public static bool TryGetJsonSize(ReadOnlySpan<byte> segment, out long size)
    {
        size = 0;
        return ColumnsOf(segment).Length > 0 && BinaryPrimitives.TryReadInt64LittleEndian(segment[SizeOffset..], out size);
    }

    /// <summary>Determines whether a segment equals another segment, or was merged from segments of which the other segment is the last.</summary>
    public static bool EndsWith(ReadOnlySpan<byte> segment, ReadOnlySpan<byte> last) =>
        ColumnsOf(last) is { Length: > 0 } columns && ColumnsOf(segment) is { Length: > 0 } all
            ? all.EndsWith(columns) && (all.Length == columns.Length || all[..^columns.Length].EndsWith(s_comma))
            : segment.SequenceEqual(last);

    /// <summary>Creates a gzip member (RFC 1952) with a stored block (RFC 1951). The bytes do not depend on the zlib version.</summary>
    private static byte[] Member(ReadOnlySpan<byte> text, uint crc, bool hasSize = false)
    {
        const byte ExtraField = 4;
        var header = new byte[] { 0x1f, 0x8b, 8, hasSize ? ExtraField : (byte)0, 0, 0, 0, 0, 0, 255 };
        byte[] extra = hasSize ? [4 + sizeof(long), 0, (byte)'M', (byte)'L', sizeof(long), 0, .. new byte[sizeof(long)]] : [];
        var end = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(end, crc);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(4), text.Length);
        return [.. header, .. extra, 1, (byte)text.Length, 0, (byte)~text.Length, 255, .. text, .. end];
    }

    /// <summary>Gets the compressed columns of a segment. The result is empty if an earlier version wrote the segment as a single member.</summary>
    private static ReadOnlySpan<byte> ColumnsOf(ReadOnlySpan<byte> segment) =>
        segment.Length > s_opening.Length + s_closing.Length
        && segment.StartsWith(s_opening.AsSpan(0, SizeOffset))
        && segment[(HeaderSize + ExtraSize)..].StartsWith(s_opening.AsSpan(HeaderSize + ExtraSize))
        && segment.EndsWith(s_closing)
            ? segment[s_opening.Length..^s_closing.Length]
            : [];
}
