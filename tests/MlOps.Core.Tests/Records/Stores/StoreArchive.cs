using System.Formats.Tar;
using System.IO.Compression;
using MlOps.Storage;

namespace MlOps.Records.Stores;

/// <summary>The artifacts of a whole store in one file: a gzipped tar with one entry for each artifact.</summary>
/// <remarks>By hand: <c>tar --warning=no-unknown-keyword -xzf v1.tar.gz</c>. The content types are extended attributes of the entries.</remarks>
internal static class StoreArchive
{
    private const string ContentType = "MLOPS.contentType";

    /// <summary>Writes all artifacts of a store to a file.</summary>
    public static async Task WriteAsync(IArtifactStore store, string file)
    {
        await using var packed = new GZipStream(File.Create(file), CompressionLevel.SmallestSize);
        await using var writer = new TarWriter(packed, TarEntryFormat.Pax);
        await foreach (var entry in store.ListAsync())
        {
            var type = (await store.FindAsync(entry.Path))!.ContentType;
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, entry.Path.ToString(), new Dictionary<string,
                string>
            { [ContentType] = type })
            {
                DataStream = new MemoryStream(await store.ReadBytesAsync(entry.Path)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }
    }

    /// <summary>Writes all artifacts of a file to a store.</summary>
    /// <returns>The number of artifacts.</returns>
    public static async Task<int> ReadAsync(string file, IArtifactStore store)
    {
        var artifacts = new List<(ArtifactPath Path, byte[] Bytes, string Type)>();
        await using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        await using var reader = new TarReader(packed);
        while (await reader.GetNextEntryAsync() is PaxTarEntry entry)
        {
            using var bytes = new MemoryStream();
            await (entry.DataStream ?? Stream.Null).CopyToAsync(bytes);
            artifacts.Add((ArtifactPath.Parse(entry.Name), bytes.ToArray(), entry.ExtendedAttributes[ContentType]));
        }

        await Parallel.ForEachAsync(artifacts, async (artifact, token) =>
            await store.WriteBytesAsync(artifact.Path, artifact.Bytes, new ArtifactWriteOptions { ContentType = artifact.Type }, token));
        return artifacts.Count;
    }
}
