using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The store can be read by hand, with nothing but a JSON parser and SHA-256.</summary>
public sealed class DatasetFormatTests
{
    [Test]
    public async Task A_version_is_found_in_the_store_by_hand()
    {
        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = "Memory");
        await using var provider = services.BuildServiceProvider();
        var (datasets, store) = (provider.GetRequiredService<IDatasetStore>(), provider.GetRequiredService<IArtifactStore>());
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "b.csv"), "x\n1\n");
        File.WriteAllText(Path.Combine(folder.Path, "a.txt"), "hello");
        await datasets.SnapshotAsync(
            "flights", new DatasetSnapshot { Files = [folder.Path], Actor = "ann", Tags = new Dictionary<string, string> { ["stage"] = "raw" } });

        var document = JsonDocument.Parse(await store.ReadBytesAsync(ArtifactPath.Parse("datasets/flights/log/00000000000000000001.json"))).RootElement;
        Assert.That((document.GetProperty("format").GetInt32(), document.GetProperty("actor").GetString()), Is.EqualTo((1, "ann")));
        var added = document.GetProperty("event");
        Assert.That((added.GetProperty("kind").GetString(), added.GetProperty("version").GetInt32()), Is.EqualTo(("snapshot", 1)));
        Assert.That((added.GetProperty("fileCount").GetInt32(), added.GetProperty("totalSize").GetInt64()), Is.EqualTo((2, 9)));
        Assert.That(added.GetProperty("tags").GetProperty("stage").GetString(), Is.EqualTo("raw"));
        Assert.That(added.TryGetProperty("parent", out _), Is.False);

        var manifest = JsonDocument.Parse(await ReadBlobAsync(store, added.GetProperty("manifest").GetString()!)).RootElement;
        var lines = new StringBuilder();
        foreach (var file in manifest.GetProperty("files").EnumerateArray())
        {
            var (digest, size, path) = (file.GetProperty("sha256").GetString()!, file.GetProperty("size").GetInt64(), file.GetProperty("path").GetString()!);
            Assert.That(await ReadBlobAsync(store, digest), Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(folder.Path, path))));
            lines.Append(digest).Append(' ').Append(size).Append(' ').Append(path).Append('\n');
        }

        Assert.That(manifest.GetProperty("format").GetInt32(), Is.EqualTo(1));
        Assert.That(added.GetProperty("digest").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines.ToString())))));
    }

    private static Task<byte[]> ReadBlobAsync(IArtifactStore store, string digest) =>
        store.ReadBytesAsync(ArtifactPath.Parse($"blobs/sha256/{digest[..2]}/{digest}"));
}
