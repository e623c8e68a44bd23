using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlOps.Storage;

namespace MlOps.Monitoring.Profiles;

/// <summary>Writes and reads files with named sections, each with a checksum. FORMAT.md describes them.</summary>
internal static class SectionFile
{
    private const int Version = 1;
    private const int CountOffset = 6;
    private const int HeaderLength = CountOffset + 1;

    private static ReadOnlySpan<byte> Magic => "MLBL"u8;

    public static void Write(Stream stream, IReadOnlyCollection<KeyValuePair<string, byte[]>> sections)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Magic);
        writer.Write((ushort)Version);
        writer.Write((byte)sections.Count);
        foreach (var (name, content) in sections)
        {
            writer.Write(name);
            writer.Write(content.Length);
            writer.Write(SHA256.HashData(content));
            writer.Write(content);
        }
    }

    /// <summary>Reads the sections. A damaged section and those after a cut are omitted, with a warning.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Read(
        ReadOnlyMemory<byte> file, ArtifactPath path, IReadOnlyCollection<string> known, ICollection<string> warnings)
    {
        if (file.Length < CountOffset || !file.Span[..Magic.Length].SequenceEqual(Magic))
        {
            throw new DocumentFormatException(path, "it is not a baseline of this library, or it is cut short. Create the baseline again.");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(file.Span[Magic.Length..]);
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

        var sections = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        using var stream = new MemoryStream(file.ToArray());
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        stream.Position = HeaderLength;
        for (var left = file.Length < HeaderLength ? 1 : file.Span[CountOffset]; left > 0; left--)
        {
            try
            {
                ReadSection(reader, path, known, sections, warnings);
            }
            catch (Exception exception) when (exception is EndOfStreamException or IOException or FormatException or ArgumentException)
            {
                warnings.Add($"The document '{path}' is cut short or damaged at the end. Create the baseline again.");
                break;
            }
        }

        return sections;
    }

    private static void ReadSection(
        BinaryReader reader,
        ArtifactPath path,
        IReadOnlyCollection<string> known,
        Dictionary<string, ReadOnlyMemory<byte>> sections,
        ICollection<string> warnings)
    {
        var name = reader.ReadString();
        var length = reader.ReadInt32();
        var hash = reader.ReadBytes(SHA256.HashSizeInBytes);
        if (length < 0 || reader.BaseStream.Length - reader.BaseStream.Position < length)
        {
            throw new EndOfStreamException();
        }

        var content = reader.ReadBytes(length);
        if (!SHA256.HashData(content).AsSpan().SequenceEqual(hash))
        {
            warnings.Add($"The section '{name}' of the document '{path}' is damaged: its checksum does not match. Create the baseline again.");
        }
        else if (!known.Contains(name))
        {
            warnings.Add($"The section '{name}' of the document '{path}' is not known and is ignored. Update the library to use it.");
        }
        else
        {
            sections[name] = content;
        }
    }
}
