using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MlOps.Storage;

namespace MlOps.Datasets;

public abstract partial class DatasetStoreConformance
{
    [Test]
    public async Task A_snapshot_records_a_version_with_its_properties()
    {
        Write("data/a.csv", "x,y\n1,2\n");
        Write("data/sub/b.txt", "hello");

        var version = await Datasets.SnapshotAsync(
            "flights",
            new DatasetSnapshot
            {
                Files = [FolderOf("data")],
                Tags = new Dictionary<string, string> { ["stage"] = "raw" },
                Actor = "ann",
                Source = "export of 1 March",
                Description = "first",
            });

        var found = (await Open(Store).FindAsync("flights"))!.Versions.Single();
        Assert.That((found.Number, found.Dataset, found.FileCount, found.TotalSize), Is.EqualTo((1, "flights", 2, 13L)));
        Assert.That((found.Actor, found.Source, found.Description, found.Parent), Is.EqualTo(("ann", "export of 1 March", "first", (int?)null)));
        Assert.That(found.Tags, Is.EquivalentTo(new Dictionary<string, string> { ["stage"] = "raw" }));
        Assert.That((found.Digest, found.Manifest, found.Created), Is.EqualTo((version.Digest, version.Manifest, version.Created)));
    }

    [Test]
    public async Task The_digest_of_a_version_is_the_digest_of_the_documented_text()
    {
        Write("data/b", "2");
        Write("data/a/c", "11");
        Write("data/é", "3");

        var version = await Datasets.SnapshotAsync("letters", FolderOf("data"));

        var text = $"{HashOf("11")} 2 a/c\n{HashOf("2")} 1 b\n{HashOf("3")} 1 é\n";
        Assert.That(version.Digest.ToString(), Is.EqualTo(HashOf(text)));

        static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Test]
    public async Task Versions_are_numbered_consecutively_and_name_their_parent()
    {
        var file = Write("a.csv", "1");
        await Datasets.SnapshotAsync("d", file);
        File.WriteAllText(file, "2");
        await Datasets.SnapshotAsync("d", file);
        File.WriteAllText(file, "3");

        var third = await Datasets.SnapshotAsync("d", new DatasetSnapshot { Files = [file], Parent = 1 });

        var versions = (await Datasets.FindAsync("d"))!.Versions;
        Assert.That(versions.Select(static version => (version.Number, version.Parent)), Is.EqualTo(new (int, int?)[] { (1, null), (2, 1), (3, 1) }));
        Assert.That(third.Number, Is.EqualTo(3));
    }

    [Test]
    public async Task Unchanged_files_return_the_same_version_by_default()
    {
        var file = Write("a.csv", "1");
        var first = await Datasets.SnapshotAsync("d", file);

        var again = await Open(Store).SnapshotAsync("d", file);
        var insisted = await Datasets.SnapshotAsync("d", new DatasetSnapshot { Files = [file], AllowUnchanged = true });

        Assert.That((again.Number, insisted.Number), Is.EqualTo((1, 2)));
        Assert.That(insisted.Digest, Is.EqualTo(first.Digest));
        Assert.That(await Datasets.ReadHistoryAsync("d").CountAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Files_that_are_in_the_store_take_no_space()
    {
        Write("data/a", "one");
        Write("data/b", "two");
        Write("data/again", "one");
        await Datasets.SnapshotAsync("first", FolderOf("data"));
        var before = await ListBlobsAsync();

        await Datasets.SnapshotAsync("second", FolderOf("data"));

        Assert.That(before, Has.Count.EqualTo(3), "two contents and the list of files");
        Assert.That(await ListBlobsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task A_version_with_one_changed_file_of_many_stores_that_file_only()
    {
        for (var i = 0; i < 50; i++)
        {
            Write($"data/{i}", $"{i}");
        }

        var first = await Datasets.SnapshotAsync("d", FolderOf("data"));
        var before = await ListBlobsAsync();
        Write("data/7", "changed");

        var second = await Datasets.SnapshotAsync("d", FolderOf("data"));

        var news = (await ListBlobsAsync()).Except(before);
        Assert.That(news, Is.EquivalentTo([$"{BlobOf(second.Manifest)}", $"{BlobOf(Sha256Digest.Of("changed"u8))}"]));
        Assert.That(second.Digest, Is.Not.EqualTo(first.Digest));
    }

    [Test]
    public async Task Missing_content_is_stored_again_by_a_snapshot_that_allows_unchanged_files()
    {
        var file = Write("a.csv", "precious");
        await Datasets.SnapshotAsync("d", file);
        await Store.DeleteAsync(BlobOf(Sha256Digest.Of("precious"u8)));

        await Datasets.SnapshotAsync("d", new DatasetSnapshot { Files = [file], AllowUnchanged = true });

        Assert.That(await Store.ReadTextAsync(BlobOf(Sha256Digest.Of("precious"u8))), Is.EqualTo("precious"));
    }

    [Test]
    public async Task A_stream_that_is_not_seekable_is_recorded()
    {
        var content = RandomNumberGenerator.GetBytes(3 << 20);
        using var packed = new MemoryStream();
        using (var pack = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            pack.Write(content);
        }

        packed.Position = 0;
        using var stream = new GZipStream(packed, CompressionMode.Decompress);

        var version = await Datasets.SnapshotStreamAsync("d", stream, "2026/data.bin");

        var contents = await Datasets.OpenAsync(version.Reference);
        Assert.That(
            contents.Files.Select(static file => (file.Path, file.Size, file.Sha256)),
            Is.EqualTo(new[] { ("2026/data.bin", (long)content.Length, Sha256Digest.Of(content)) }));
        using var read = new MemoryStream();
        await using var stored = await contents.OpenReadAsync("2026/data.bin");
        await stored.CopyToAsync(read);
        Assert.That(read.ToArray(), Is.EqualTo(content));
    }

    [Test]
    public async Task Streams_and_files_are_one_version()
    {
        var file = Write("a.txt", "a");
        using var stream = new MemoryStream("b"u8.ToArray());

        var version = await Datasets.SnapshotAsync(
            "d", new DatasetSnapshot { Files = [file], Streams = new Dictionary<string, Stream> { ["b.txt"] = stream } });

        Assert.That((await Datasets.OpenAsync(version.Reference)).Files.Select(static file => file.Path), Is.EqualTo(["a.txt", "b.txt"]));
    }

    [Test]
    [Category("Soak")]
    public async Task Many_small_files_are_recorded_and_restored()
    {
        Directory.CreateDirectory(FolderOf("data"));
        for (var i = 0; i < ManyFiles; i++)
        {
            File.WriteAllText(Path.Combine(FolderOf("data"), $"{i:D6}.txt"), $"file {i}");
        }

        var version = await Datasets.SnapshotAsync("many", FolderOf("data"));
        var contents = await Open(Store).OpenAsync(version.Reference);
        await contents.RestoreAsync(FolderOf("restored"));

        Assert.That(version.FileCount, Is.EqualTo(ManyFiles));
        Assert.That((await contents.CompareAsync(FolderOf("restored"))).UnchangedCount, Is.EqualTo(ManyFiles));
    }
}
