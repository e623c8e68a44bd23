using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>
/// Reads and writes the file format of an artifact: the content, a JSON line with the attributes, and a line of fixed length with the length and the hash of
/// the JSON. One file makes writes of content and attributes atomic.
/// </summary>
internal static class ArtifactFile
{
    private const int Format = 1;
    private const string Mark = "mlops-artifact";
    private const int HashDigits = 16;
    private const int MaxAttributesLength = 1 << 20;

    /// <summary>The length of the last line: <c>{8 hexadecimal digits} {16 hexadecimal digits} mlops-artifact\n</c>.</summary>
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
    /// <exception cref="ArtifactIntegrityException">The end of the file is not valid.</exception>
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
                throw Damaged(path, "The file is shorter than its last line states.");
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

    private static async ValueTask<ReadOnlyMemory<byte>> ReadEndAsync(
        SafeFileHandle handle, Memory<byte> buffer, long length, CancellationToken cancellationToken)
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
            throw Damaged(path, "The file does not have the last line of an artifact. It was truncated, or another program wrote it.");
        }

        return int.TryParse(end[^TailLength..][..8], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
            && length is > 0 and <= MaxAttributesLength
            && end[^TailLength..].StartsWith(Encoding.ASCII.GetBytes($"{length:x8} "))
            ? length
            : throw Damaged(path, "The length in the last line is not valid.");
    }

    private static ArtifactInfo ParseAttributes(ReadOnlySpan<byte> end, ArtifactPath path, long length)
    {
        var json = end[..^TailLength];
        if (!end[^TailLength..].Slice(9, HashDigits).SequenceEqual(Encoding.ASCII.GetBytes(HashOf(json))))
        {
            throw Damaged(path, "The attributes do not match their hash.");
        }

        ArtifactFileAttributes attributes;
        try
        {
            attributes = JsonSerializer.Deserialize(json, ArtifactFileJson.Default.ArtifactFileAttributes)!;
        }
        catch (JsonException exception)
        {
            throw Damaged(path, "The attributes are not valid JSON.", exception);
        }

        if (attributes.Format != Format)
        {
            throw new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                "read",
                isTransient: false,
                $"'{path}' has format {attributes.Format}, but this version of MlOps.Core supports format {Format}. Update MlOps.Core.");
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
            : throw Damaged(path, $"The expected length is {attributes.Size} bytes; the file has {length - end.Length} bytes.");
    }

    private static string HashOf(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json))[..HashDigits];

    private static ArtifactIntegrityException Damaged(ArtifactPath path, string detail, Exception? innerException = null) =>
        new(path, expected: null, actual: null, $"The file in the local store is damaged. {detail}", innerException);
}
