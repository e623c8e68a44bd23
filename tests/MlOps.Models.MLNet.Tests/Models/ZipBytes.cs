using System.IO.Compression;
using static System.Text.Encoding;

namespace MlOps.Models;

/// <summary>Creates malformed and malicious zip archives.</summary>
internal static class ZipBytes
{
    public static byte[] Of(params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var target = archive.CreateEntry(name).Open();
                target.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static (string Name, byte[] Content)[] Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(static entry =>
        {
            using var content = new MemoryStream();
            using var source = entry.Open();
            source.CopyTo(content);
            return (entry.FullName, content.ToArray());
        })];
    }

    /// <summary>Replaces a text in all entries by one of the same length.</summary>
    public static byte[] Replace(byte[] zip, string before, string after) =>
        Of([.. Read(zip).Select(entry => (entry.Name, ReplaceIn(entry.Content, before, after)))]);

    // ML.NET writes signatures in ASCII and all other texts in UTF-16.
    private static byte[] ReplaceIn(byte[] content, string before, string after) => Latin1.GetBytes(
        Latin1.GetString(content).Replace(before, after, StringComparison.Ordinal)
            .Replace(string.Join('\0', before.AsEnumerable()), string.Join('\0', after.AsEnumerable()), StringComparison.Ordinal));
}
