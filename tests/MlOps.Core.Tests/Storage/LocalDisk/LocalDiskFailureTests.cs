using Microsoft.Extensions.Options;

namespace MlOps.Storage;

public sealed class LocalDiskFailureTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("folder/artifact");

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("a\0b")]
    public void A_root_that_is_not_a_folder_is_rejected_by_the_constructor(string root) => Assert.That(
        () => new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root }),
        Throws.TypeOf<OptionsValidationException>().With.Message.Contains($"LocalDiskStorageOptions.Root is '{root}'"));

    [Test]
    public async Task A_write_to_a_full_disk_keeps_the_old_artifact_and_names_the_remedy()
    {
        using var disk = new MountedFolder("1m");
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = disk.Path });
        await store.WriteTextAsync(s_path, "old");

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => store.WriteBytesAsync(s_path, new byte[4 << 20])))!;

        Assert.That(thrown.Message, Does.Contain("the disk is full").And.Contain(disk.Path).And.Contain("LocalDiskStorageOptions.Root"));
        Assert.That(thrown.IsTransient, Is.False);
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("old"));
        Assert.That(Directory.GetFiles(Path.Combine(disk.Path, "tmp")), Is.Empty);
        await store.WriteBytesAsync(s_path, new byte[512 << 10]);
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_is_access_denied_and_can_still_be_read()
    {
        using var disk = new MountedFolder("1m");
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = disk.Path });
        await store.WriteTextAsync(s_path, "content");
        disk.MakeReadOnly();

        var written = (await Assert.ThrowsAsync<ArtifactAccessDeniedException>(() => store.WriteTextAsync(s_path, "new")))!;
        var deleted = (await Assert.ThrowsAsync<ArtifactAccessDeniedException>(() => store.DeleteAsync(s_path)))!;

        Assert.That(written.Message, Does.Contain("read and write permissions").And.Contain("LocalDiskStorageOptions.Root"));
        Assert.That(deleted.Path, Is.EqualTo(s_path));
        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("content"));
    }

    [Test]
    public async Task A_file_system_mounted_in_the_store_is_rejected_because_files_cannot_be_renamed_to_it([Values] bool ifAbsent)
    {
        using var folder = new TemporaryFolder();
        using var disk = new MountedFolder("1m", Directory.CreateDirectory(Path.Combine(folder.Path, "objects")).FullName);
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path });
        var options = new ArtifactWriteOptions { Condition = ifAbsent ? WriteCondition.IfAbsent : WriteCondition.None };

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => store.WriteTextAsync(s_path, "content", options)))!;

        Assert.That(thrown.Message, Does.Contain("one file system").And.Contain(disk.Path));
        Assert.That(await store.FindAsync(s_path), Is.Null);
        Assert.That(Directory.GetFiles(Path.Combine(folder.Path, "tmp")), Is.Empty);
    }

    [Test]
    public async Task The_cause_of_a_failed_write_is_reported_even_if_the_cleanup_fails()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "store");
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root });
        await using var content = new FolderGoesAway(root);

        Assert.That((await Assert.ThrowsAsync<InvalidDataException>(() => store.WriteAsync(s_path, content)))!.Message, Is.EqualTo("of the content"));
    }

    [TestCase("")]
    [TestCase("objects")]
    [TestCase("tmp")]
    [TestCase("locks")]
    public async Task Deleted_folders_of_the_store_are_created_again_by_the_next_write(string deleted)
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "store");
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root });
        await store.WriteTextAsync(s_path, "before");
        Directory.Delete(Path.Combine(root, deleted), recursive: true);

        await store.WriteTextAsync(s_path, "after");

        Assert.That(await store.ReadTextAsync(s_path), Is.EqualTo("after"));
        Directory.Delete(Path.Combine(root, deleted), recursive: true);
        await store.DeleteAsync(s_path);
        Assert.That(await store.FindAsync(s_path), Is.Null);
    }

    [Test]
    public async Task A_root_that_becomes_a_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "file");
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root });
        await File.WriteAllTextAsync(root, "");

        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => store.WriteTextAsync(s_path, "content")))!;

        Assert.That(thrown.Message, Does.Contain(root));
    }

    [Test]
    public async Task A_root_too_deep_for_the_operating_system_is_named_with_the_remedy()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such limit.");
        }

        using var folder = new TemporaryFolder();
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path });
        var path = ArtifactPath.Parse(string.Join('/', Enumerable.Repeat(new string('é', 12), 40)));
        var deep = new LocalDiskArtifactStore(new LocalDiskStorageOptions
        {
            Root = Path.Combine([folder.Path, .. Enumerable.Repeat(new string('d', 200), 8)]),
        });

        await store.WriteTextAsync(path, "content");
        var thrown = (await Assert.ThrowsAsync<ProviderException>(() => deep.WriteTextAsync(path, "content")))!;

        Assert.That(thrown.Message, Does.Contain("shorter path"));
    }

    /// <summary>Content that fails just when the store's folder has gone, as with a share that is unmounted.</summary>
    private sealed class FolderGoesAway(string folder) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Directory.Delete(folder, recursive: true);
            throw new InvalidDataException("of the content");
        }
    }
}
