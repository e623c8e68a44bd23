namespace MlOps.Storage;

/// <summary>A write deletes the temporary files of dead processes, and no file of anybody else.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LocalDiskSweepTests : IDisposable
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("x");
    private static readonly DateTime s_old = DateTime.UtcNow.AddDays(-2);
    private readonly TemporaryFolder _folder = new();

    private string Temporary => Path.Combine(_folder.Path, "store", "tmp");

    private LocalDiskArtifactStore Store => new(new LocalDiskStorageOptions { Root = Path.Combine(_folder.Path, "store") });

    public void Dispose() => _folder.Dispose();

    [TestCase("thesis.docx")]
    [TestCase("0123456789ABCDEF0123456789ABCDEF")]
    [TestCase("0123456789abcdef0123456789abcde")]
    [TestCase("0123456789abcdef0123456789abcdef0")]
    [TestCase("0123456789abcdef0123456789abcdef.txt")]
    [TestCase("x0123456789abcdef0123456789abcdef")]
    public async Task A_file_that_the_store_did_not_name_survives(string name)
    {
        var mine = Path.Combine(Directory.CreateDirectory(Temporary).FullName, name);
        await WriteOldAsync(mine);

        await Store.WriteTextAsync(s_path, "1");

        Assert.That(mine, Does.Exist);
    }

    [Test]
    public async Task A_folder_and_a_link_with_the_name_of_a_temporary_file_survive()
    {
        var target = Path.Combine(_folder.Path, "target");
        await WriteOldAsync(target);
        var (folder, link) = (Path.Combine(Temporary, Guid.NewGuid().ToString("N")), Path.Combine(Temporary, Guid.NewGuid().ToString("N")));
        await WriteOldAsync(Path.Combine(Directory.CreateDirectory(folder).FullName, Guid.NewGuid().ToString("N")));
        File.CreateSymbolicLink(link, target);

        await Store.WriteTextAsync(s_path, "1");

        Assert.That(new[] { target, link }, Is.All.Exist);
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_folder_of_the_store_that_is_a_link_is_refused_and_nothing_behind_it_is_deleted(
        [Values("tmp", "locks", "objects")] string name, [Values] bool isOpen)
    {
        var store = Store;
        if (isOpen)
        {
            await store.WriteTextAsync(s_path, "1");
            Directory.Delete(Path.Combine(_folder.Path, "store", name), recursive: true);
        }

        Directory.CreateDirectory(Path.Combine(_folder.Path, "store"));
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder.Path, "elsewhere")).FullName;
        string[] mine = [Path.Combine(elsewhere, "thesis.docx"), Path.Combine(elsewhere, Guid.NewGuid().ToString("N"))];
        foreach (var file in mine)
        {
            await WriteOldAsync(file);
        }

        var link = Path.Combine(_folder.Path, "store", name);
        Directory.CreateSymbolicLink(link, elsewhere);

        if (isOpen && name == "locks")
        {
            // A link that appears under a running store is met by the next process. Nothing is ever deleted in this folder.
            await store.WriteTextAsync(s_path, "2");
        }

        var exception = await Assert.ThrowsAsync<ProviderException>(() => (isOpen && name != "locks" ? store : Store).WriteTextAsync(s_path, "3"));
        Assert.That(exception!.Message, Does.Contain(link).And.Contain("symbolic link"));
        Assert.That(mine, Is.All.Exist);
    }

    private static async Task WriteOldAsync(string file)
    {
        await File.WriteAllTextAsync(file, "mine");
        File.SetLastWriteTimeUtc(file, s_old);
    }
}
