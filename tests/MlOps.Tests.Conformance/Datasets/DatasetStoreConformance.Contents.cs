using MlOps.Storage;

namespace MlOps.Datasets;

public abstract partial class DatasetStoreConformance
{
    [Test]
    public async Task A_restored_version_does_not_depend_on_later_versions()
    {
        Write("data/a.csv", "x\n1\n");
        Write("data/deep/er/b.bin", new string('b', 100_000));
        Write("data/empty", "");
        var version = await Datasets.SnapshotAsync("d", FolderOf("data"));
        Write("data/a.csv", "x\n2\n");
        await Datasets.SnapshotAsync("d", FolderOf("data"));

        await (await Open(Store).OpenAsync(version.Reference)).RestoreAsync(FolderOf("restored"));

        Assert.That(File.ReadAllText(Path.Combine(FolderOf("restored"), "a.csv")), Is.EqualTo("x\n1\n"));
        Assert.That(File.ReadAllText(Path.Combine(FolderOf("restored"), "deep", "er", "b.bin")), Is.EqualTo(new string('b', 100_000)));
        Assert.That(
            Directory.GetFiles(FolderOf("restored"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(FolderOf("restored"), file)),
            Is.EquivalentTo(["a.csv", "deep/er/b.bin", "empty"]));
    }

    [Test]
    public async Task A_folder_is_compared_with_a_version_by_content()
    {
        Write("data/same", "1");
        Write("data/same size", "22");
        Write("data/longer", "3");
        Write("data/gone", "4");
        var contents = await Datasets.OpenAsync((await Datasets.SnapshotAsync("d", FolderOf("data"))).Reference);
        Assert.That((await contents.CompareAsync(FolderOf("data"))).IsUnchanged);

        Write("data/same size", "23");
        Write("data/longer", "333");
        Write("data/new", "5");
        File.Delete(Path.Combine(FolderOf("data"), "gone"));
        var status = await contents.CompareAsync(FolderOf("data"));

        Assert.That(status.Added, Is.EqualTo(["new"]));
        Assert.That(status.Removed, Is.EqualTo(["gone"]));
        Assert.That(status.Changed, Is.EqualTo(["longer", "same size"]));
        Assert.That((status.UnchangedCount, status.IsUnchanged), Is.EqualTo((1, false)));
    }

    [Test]
    public async Task Versions_differ_by_files_added_removed_changed_and_renamed()
    {
        Write("data/same", "1");
        Write("data/changed", "2");
        Write("data/removed", "3");
        Write("data/old name", "4");
        var before = await Datasets.SnapshotAsync("d", FolderOf("data"));
        Write("data/changed", "7");
        Write("data/added", "5");
        File.Delete(Path.Combine(FolderOf("data"), "removed"));
        File.Move(Path.Combine(FolderOf("data"), "old name"), Path.Combine(FolderOf("data"), "new name"));
        var after = await Datasets.SnapshotAsync("d", FolderOf("data"));

        var diff = await Datasets.DiffAsync(before.Reference, after.Reference);

        Assert.That(diff.Added.Select(static file => file.Path), Is.EqualTo(["added"]));
        Assert.That(diff.Removed.Select(static file => file.Path), Is.EqualTo(["removed"]));
        Assert.That(diff.Changed.Select(static file => (file.Before.Path, file.Before.Size, file.After.Size)), Is.EqualTo([("changed", 1L, 1L)]));
        Assert.That(diff.Renamed.Select(static file => (file.Before.Path, file.After.Path)), Is.EqualTo([("old name", "new name")]));
        Assert.That(
            diff.ToString(),
            Is.EqualTo("d/1 → d/2: 1 added, 1 removed, 1 changed, 1 renamed\n"
                + "+ added (1 bytes)\n- removed (1 bytes)\n> old name → new name\n~ changed (1 → 1 bytes)\n"));
        Assert.That((await Datasets.DiffAsync(after.Reference, after.Reference)).IsEmpty);
    }

    [Test]
    public async Task A_missing_file_is_refused_by_name()
    {
        var contents = await Datasets.OpenAsync((await Datasets.SnapshotAsync("d", Write("a.txt", "1"))).Reference);

        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => contents.OpenReadAsync("b.txt")))!;

        Assert.That(thrown.Message, Does.Contain("d/1 has no file 'b.txt'"));
    }

    [Test]
    public async Task A_flipped_byte_is_refused_with_the_path()
    {
        var contents = await Datasets.OpenAsync((await Datasets.SnapshotAsync("d", Write("a.txt", "precious data"))).Reference);
        var digest = contents.Files[0].Sha256;
        await FlipAsync(BlobOf(digest));

        var restored = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => contents.RestoreAsync(FolderOf("restored"))))!;
        var read = (await Assert.ThrowsAsync<ArtifactIntegrityException>(async () =>
        {
            await using var stream = await contents.OpenReadAsync("a.txt");
            await stream.CopyToAsync(Stream.Null);
        }))!;

        Assert.That((restored.Path, restored.Expected), Is.EqualTo((BlobOf(digest), (Sha256Digest?)digest)));
        Assert.That((read.Path, read.Expected), Is.EqualTo((BlobOf(digest), (Sha256Digest?)digest)));
        Assert.That(Directory.EnumerateFileSystemEntries(FolderOf("restored")), Is.Empty);
    }

    [Test]
    public async Task A_flipped_byte_in_the_manifest_is_refused()
    {
        var version = await Datasets.SnapshotAsync("d", Write("a.txt", "1"));
        await FlipAsync(BlobOf(version.Manifest));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => Datasets.OpenAsync(version.Reference)))!;

        Assert.That((thrown.Path, thrown.Expected), Is.EqualTo((BlobOf(version.Manifest), (Sha256Digest?)version.Manifest)));
    }

    [Test]
    public async Task A_damaged_parent_does_not_prevent_a_snapshot()
    {
        var file = Write("a.txt", "1");
        var parent = await Datasets.SnapshotAsync("d", file);
        await FlipAsync(BlobOf(parent.Manifest));
        File.WriteAllText(file, "2");

        var version = await Datasets.SnapshotAsync("d", file);

        Assert.That((version.Number, version.Parent), Is.EqualTo((2, (int?)1)));
    }

    private async Task FlipAsync(ArtifactPath path)
    {
        var bytes = await Store.ReadBytesAsync(path);
        bytes[bytes.Length / 2] ^= 1;
        await Store.WriteBytesAsync(path, bytes);
    }
}
