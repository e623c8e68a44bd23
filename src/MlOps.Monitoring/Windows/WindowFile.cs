using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using MlOps.Monitoring.Profiles;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

/// <summary>Writes and reads window objects. FORMAT-Windows.md describes the format.</summary>
internal static class WindowFile
{
    private const byte Format = 1;
    private const int MaxSize = 1 << 28;

    private static ReadOnlySpan<byte> Magic => "MLOPSWIN"u8;

    public static byte[] Write(WindowContent content)
    {
        using var stream = new MemoryStream();
        stream.Write(Magic);
        stream.WriteByte(Format);
        WriteSection(stream, JsonSerializer.SerializeToUtf8Bytes(content.Header, WindowJson.Default.WindowHeader));
        WriteSection(stream, GetBytes(content.Inputs));
        WriteSection(stream, GetBytes(content.Outputs));
        WriteSection(stream, content.Latency is null ? [] : GetBytes(content.Latency));
        stream.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        return stream.ToArray();
    }

    /// <summary>Reads an object from the store.</summary>
    /// <exception cref="DocumentFormatException">The object is damaged, cut short or of a newer format.</exception>
    /// <exception cref="ArtifactNotFoundException">The object was deleted.</exception>
    public static async Task<WindowContent> ReadAsync(IArtifactStore store, ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            return Read(path, await store.ReadBytesAsync(path, MaxSize, cancellationToken).ConfigureAwait(false));
        }
        catch (ArgumentException exception)
        {
            throw new DocumentFormatException(path, exception.Message, exception);
        }
    }

    /// <summary>Reads an object.</summary>
    /// <exception cref="DocumentFormatException">The object is damaged, cut short or of a newer format.</exception>
    public static WindowContent Read(ArtifactPath path, byte[] bytes)
    {
        const string damaged = "It was cut short or altered. Delete it if there is no copy; its predictions are not counted.";
        if (!bytes.AsSpan().StartsWith(Magic) || bytes.Length < Magic.Length + 1 + SHA256.HashSizeInBytes)
        {
            throw new DocumentFormatException(path, $"it is not a window object. {damaged}");
        }

        if (bytes[Magic.Length] > Format)
        {
            throw new DocumentFormatException(
                path, $"it has format {bytes[Magic.Length]}; this version of MlOps.Monitoring reads up to format {Format}. Update MlOps.Monitoring.")
            {
                IsFromNewerVersion = true,
            };
        }

        var body = bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes);
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
        {
            throw new DocumentFormatException(path, $"its digest does not match its content. {damaged}");
        }

        try
        {
            var position = Magic.Length + 1;
            var header = JsonSerializer.Deserialize(ReadSection(bytes, ref position).Span, WindowJson.Default.WindowHeader);
            var inputs = ReadSection(bytes, ref position);
            var outputs = ReadSection(bytes, ref position);
            var latency = ReadSection(bytes, ref position);
            return new WindowContent
            {
                Header = header ?? throw new JsonException("The header is null."),
                Inputs = GetProfile(path, inputs),
                Outputs = GetProfile(path, outputs),
                Latency = latency.IsEmpty ? null : GetProfile(path, latency),
            };
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidDataException)
        {
            throw new DocumentFormatException(path, $"{exception.Message} {damaged}", exception);
        }
    }

    private static byte[] GetBytes(DataProfile profile)
    {
        using var stream = new MemoryStream();
        profile.Write(stream);
        return stream.ToArray();
    }

    private static DataProfile GetProfile(ArtifactPath path, ReadOnlyMemory<byte> bytes)
    {
        using var stream = new MemoryStream(bytes.ToArray(), writable: false);
        return DataProfile.Read(stream, path);
    }

    private static void WriteSection(MemoryStream stream, byte[] section)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, section.Length);
        stream.Write(length);
        stream.Write(section);
    }

    private static ReadOnlyMemory<byte> ReadSection(byte[] bytes, ref int position)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(position));
        var section = bytes.AsMemory(position + sizeof(int), length);
        position += sizeof(int) + length;
        return section;
    }
}
