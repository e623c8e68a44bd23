using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>
/// The format of an artifact on disk: the content's bytes, then its attributes as a line of JSON, then a line of fixed length that says how long
/// the JSON is and what it hashes to. One file, so that content and attributes appear together or not at all.
/// </summary>
internal static class ArtifactFile
{
    private const int Format = 1;
    private const string Mark = "mlops-artifact";
    private const int HashDigits = 16;
    private const int LongestAttributes = 1 << 20;

    /// <summary>The length of the last line, <c>{8 digits} {16 digits} mlops-artifact\n</c>, in hexadecimal digits.</summary>
    private const int TailLength = 8 + 1 + HashDigits + 1 + 14 + 1;

    public static byte[] EncodeAttributes(ArtifactInfo info)
    {
        var attributes = new ArtifactFileAttributes
        {
            Format = Format,
            Size = info.Size,
            Sha256 = info.Sha256.GetValueOrDefault().ToString(),
            ETag = info.ETag,
            Written = info.LastModified,
            ContentType = info.ContentType,
            Metadata = new Dictionary<string, string>(info.Metadata),
        };
        var json = "\n" + JsonSerializer.Serialize(attributes, ArtifactFileJson.Default.ArtifactFileAttributes) + "\n";
        var bytes = Encoding.UTF8.GetBytes(json);
        return [.. bytes, .. Encoding.ASCII.GetBytes($"{bytes.Length:x8} {HashOf(bytes)} {Mark}\n")];
    }

    /// <summary>Reads the attributes of an open file.</summary>
    /// <exception cref="ArtifactIntegrityException">The file does not end as an artifact does.</exception>
    public static async Task<ArtifactInfo> ReadAttributesAsync(SafeFileHandle handle, ArtifactPath path, CancellationToken cancellationToken)
    {
        const int usual = 2048;
        var length = RandomAccess.GetLength(handle);
        var buffer = ArrayPool<byte>.Shared.Rent(usual);
        try
        {
            var end = await ReadEndAsync(handle, buffer.AsMemory(0, (int)Math.Min(length, usual)), length, cancellationToken).ConfigureAwait(false);
            var attributesLength = ParseTail(end.Span, path);
            if (attributesLength + TailLength > length)
            {
                throw Damaged(path, "It is shorter than its last line says.");
            }

            if (attributesLength + TailLength > end.Length)
            {
                end = await ReadEndAsync(handle, new byte[attributesLength + TailLength], length, cancellationToken).ConfigureAwait(false);
            }

            return ParseAttributes(end.Span[^(attributesLength + TailLength)..], path, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadEndAsync(SafeFileHandle handle, Memory<byte> buffer, long length, CancellationToken cancellationToken)
    {
        var read = 0;
        while (read < buffer.Length)
        {
            var count = await RandomAccess.ReadAsync(handle, buffer[read..], length - buffer.Length + read, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            read += count;
        }

        return buffer[..read];
    }

    private static int ParseTail(ReadOnlySpan<byte> end, ArtifactPath path)
    {
        if (end.Length < TailLength || !end[^TailLength..].EndsWith(Encoding.ASCII.GetBytes($" {Mark}\n")))
        {
            throw Damaged(path, "It does not end as an artifact does: it was cut off, or another program wrote it.");
        }

        return int.TryParse(end[^TailLength..][..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) && length is > 0 and <= LongestAttributes
            && end[^TailLength..].StartsWith(Encoding.ASCII.GetBytes($"{length:x8} "))
            ? length
            : throw Damaged(path, "The length in its last line is not one.");
    }

    private static ArtifactInfo ParseAttributes(ReadOnlySpan<byte> end, ArtifactPath path, long length)
    {
        var json = end[..^TailLength];
        if (!end[^TailLength..].Slice(9, HashDigits).SequenceEqual(Encoding.ASCII.GetBytes(HashOf(json))))
        {
            throw Damaged(path, "Its attributes are not what they were when it was written.");
        }

        ArtifactFileAttributes attributes;
        try
        {
            attributes = JsonSerializer.Deserialize(json, ArtifactFileJson.Default.ArtifactFileAttributes)!;
        }
        catch (JsonException exception)
        {
            throw Damaged(path, "Its attributes are not the JSON they should be.", exception);
        }

        if (attributes.Format != Format)
        {
            throw new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                "read",
                isTransient: false,
                $"'{path}' has format {attributes.Format}; this version of MlOps.Core reads format {Format}. Update MlOps.Core.");
        }

        return attributes.Size == length - end.Length
            ? new ArtifactInfo
            {
                Path = path,
                Size = attributes.Size,
                ETag = attributes.ETag,
                LastModified = attributes.Written,
                ContentType = attributes.ContentType,
                Metadata = attributes.Metadata,
                Sha256 = Sha256Digest.Parse(attributes.Sha256),
            }
            : throw Damaged(path, $"It should have {attributes.Size} bytes and has {length - end.Length}.");
    }

    private static string HashOf(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json))[..HashDigits];

    private static ArtifactIntegrityException Damaged(ArtifactPath path, string detail, Exception? innerException = null) =>
        new(path, expected: null, actual: null, $"Its file in the local store is damaged. {detail}", innerException);
}
