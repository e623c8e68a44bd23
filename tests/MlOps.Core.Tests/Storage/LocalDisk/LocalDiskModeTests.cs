namespace MlOps.Storage;

/// <summary>Tests the permissions of new files and folders on a share of several users.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LocalDiskModeTests : IDisposable
{
    private const UnixFileMode GroupFolder = (UnixFileMode)0b010_111_111_000; // 2770
    private const UnixFileMode GroupFile = (UnixFileMode)0b110_110_000; // 0660
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Folders_and_files_get_the_permissions_of_the_setting_with_every_umask()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }

        var root = Path.Combine(_folder.Path, "above", "store");
        var store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root, Mode = "2770" });
        await store.WriteTextAsync(ArtifactPath.Parse("a/b/c"), "first", new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent });
        await store.WriteTextAsync(ArtifactPath.Parse("a/b/c"), "second");

        var folders = Directory.GetDirectories(_folder.Path, "*", SearchOption.AllDirectories);
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories);
        foreach (var (entry, mode) in folders.Select(static folder => (folder, GroupFolder)).Concat(files.Select(static file => (file, GroupFile))))
        {
            Assert.That(File.GetUnixFileMode(entry), Is.EqualTo(mode), entry);
        }

        Assert.That((folders.Length, files.Length), Is.EqualTo((7, 2)));
    }

    [Test]
    public async Task Existing_files_and_folders_keep_their_permissions()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }

        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var root = Directory.CreateDirectory(Path.Combine(_folder.Path, "store"), mode).FullName;

        await new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root, Mode = "0775" }).WriteTextAsync(ArtifactPath.Parse("a"), "");

        Assert.That(File.GetUnixFileMode(root), Is.EqualTo(mode));
    }
}
