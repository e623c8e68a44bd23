using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MlOps.Storage;

namespace MlOps.Monitoring.Profiles;

/// <summary>Writes and reads compressed files with a format version and a checksum.</summary>
internal static class ProfileFile
{
    private const int Version = 1;
    private const int HeaderLength = 6;

    /// <summary>The maximum length of the uncompressed content, which prevents that a forged file exhausts the memory.</summary>
    private const int MaxLength = 1 << 30;

    private static ReadOnlySpan<byte> Magic => "MLPF"u8;

    public static void Write(Stream stream, Action<BinaryWriter> write)
    {
        using var file = new MemoryStream();
        file.Write(Magic);
        Span<byte> version = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(version, Version);
        file.Write(version);
        using (var compressed = new BrotliStream(file, CompressionLevel.Fastest, leaveOpen: true))
        using (var buffered = new BufferedStream(compressed, 1 << 16))
        using (var writer = new BinaryWriter(buffered, Encoding.UTF8))
        {
            write(writer);
        }

        var content = file.GetBuffer().AsSpan(0, (int)file.Length);
        stream.Write(content);
        stream.Write(SHA256.HashData(content));
    }

    public static T Read<T>(Stream stream, ArtifactPath path, Func<BinaryReader, T> read)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        var file = copy.GetBuffer().AsSpan(0, (int)copy.Length);
        if (file.Length < HeaderLength || !file[..Magic.Length].SequenceEqual(Magic))
        {
            throw new DocumentFormatException(
                path,
                file.Length < HeaderLength && Magic.StartsWith(file[..Math.Min(file.Length, Magic.Length)])
                    ? string.Create(CultureInfo.InvariantCulture, $"it is cut short after {file.Length} bytes. Restore it, or create it again.")
                    : "it is not a profile of this library. Pass the path of a profile.");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(file[Magic.Length..]);
        if (version != Version)
        {
            throw new DocumentFormatException(
                path,
                string.Create(
                    CultureInfo.InvariantCulture, $"its format is {version}, but this version of the library reads format {Version}. Update the library."))
            {
                IsFromNewerVersion = version > Version,
            };
        }

        var end = file.Length - SHA256.HashSizeInBytes;
        if (end < HeaderLength || !SHA256.HashData(file[..end]).AsSpan().SequenceEqual(file[end..]))
        {
            throw new DocumentFormatException(path, "its checksum does not match, so it is cut short or altered. Restore it, or create it again.");
        }

        try
        {
            using var compressed = new BrotliStream(new MemoryStream(copy.GetBuffer(), HeaderLength, end - HeaderLength), CompressionMode.Decompress);
            using var limited = new MemoryStream(Decompress(compressed));
            using var reader = new BinaryReader(limited, Encoding.UTF8);
            return read(reader);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or InvalidOperationException or ArgumentException
            or FormatException or OverflowException)
        {
            throw new DocumentFormatException(path, $"its content is not valid ({exception.Message}). Create it again.", exception);
        }
    }

    private static byte[] Decompress(Stream stream)
    {
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is > 0 and var read)
        {
            if (content.Length + read > MaxLength)
            {
                throw new InvalidDataException("The content is longer than 1 GiB.");
            }

            content.Write(buffer.AsSpan(0, read));
        }

        return content.ToArray();
    }
}
