using MlOps.Storage;

namespace MlOps.Content;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ContentStoreTests : IDisposable
{
    private readonly InMemoryArtifactStore _artifacts = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ContentStore _content;

    public ContentStoreTests() => _content = new ContentStore(_artifacts, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Content_is_stored_once_under_its_digest()
    {
        Write("a.txt", "same");
        Write("sub/b.txt", "same");
        Write("c.txt", "other");

        var files = await AddFolderAsync();
        await AddFolderAsync();

        Assert.That(files.Select(static file => file.Path), Is.EqualTo(["a.txt", "c.txt", "sub/b.txt"]));
        Assert.That(files[0].Sha256, Is.EqualTo(Sha256Digest.Of("same"u8)));
        var blobs = await _artifacts.ListAsync(ArtifactPath.Parse("blobs/sha256")).Select(static entry => entry.Path.Name).ToListAsync();
        Assert.That(blobs, Is.EquivalentTo(files.Select(static file => file.Sha256.ToString()).Distinct()));
        Assert.That(await _artifacts.ReadTextAsync(ContentStore.PathOf(files[0].Sha256)), Is.EqualTo("same"));
    }

    [Test]
    public async Task A_restored_folder_equals_the_original()
    {
        Write("a.txt", "one");
        Write("sub/deep/b.bin", new string('x', 3 << 20));
        Write("empty", "");
        var files = await AddFolderAsync();
        using var target = new TemporaryFolder();

        await _content.RestoreAsync(files, target.Path);

        Assert.That(
            Directory.GetFiles(target.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(target.Path, file)),
            Is.EquivalentTo(files.Select(static file => file.Path)));
        foreach (var file in files)
        {
            Assert.That(
                await File.ReadAllBytesAsync(Path.Combine(target.Path, file.Path)),
                Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(_folder.Path, file.Path))));
        }
    }

    [Test]
    public async Task Bytes_swapped_in_the_store_are_refused_and_leave_no_file()
    {
        Write("model.onnx", "weights");
        var files = await AddFolderAsync();
        await _artifacts.WriteTextAsync(ContentStore.PathOf(files[0].Sha256), "swapped");
        using var target = new TemporaryFolder();

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => _content.RestoreAsync(files, target.Path)))!;

        Assert.That((thrown.Expected, thrown.Actual), Is.EqualTo(((Sha256Digest?)files[0].Sha256, (Sha256Digest?)Sha256Digest.Of("swapped"u8))));
        Assert.That(Directory.EnumerateFileSystemEntries(target.Path), Is.Empty);
    }

    [Test]
    public async Task A_file_that_changed_while_it_was_read_is_reported()
    {
        Write("a.csv", "before");
        var store = new ContentStore(new HookedStore(_artifacts, () => Write("a.csv", "after, and longer")), TimeProvider.System);

        var thrown = (await Assert.ThrowsAsync<InvalidOperationException>(() => AddFolderAsync(store: store)))!;

        Assert.That(thrown.Message, Does.Contain("a.csv").And.Contain("changed while it was read"));
    }

    [Test]
    public async Task Names_that_differ_only_in_case_are_refused()
    {
        Write("Data.csv", "one");
        Write("data.csv", "two");

        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => AddFolderAsync()))!;

        Assert.That(thrown.Message, Does.Contain("differ only in case").And.Contain("Rename one"));
    }

    [Test]
    public async Task A_symbolic_link_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), "/etc/hostname");

        var thrown = (await Assert.ThrowsAsync<ArgumentException>(() => AddFolderAsync()))!;

        Assert.That(thrown.Message, Does.Contain("symbolic link"));
    }

    [TestCase("../outside")]
    [TestCase("/etc/outside")]
    [TestCase("a/../../outside")]
    public async Task A_manifest_cannot_lead_out_of_the_folder(string path)
    {
        using var target = new TemporaryFolder();

        await Assert.ThrowsAsync<ArgumentException>(() => _content.RestoreAsync([new ContentFile(path, 0, Sha256Digest.Of([]))], target.Path));
    }

    [Test]
    public async Task Progress_counts_files_and_bytes_to_the_end()
    {
        Write("a", "12345");
        Write("b", "123");
        var reports = new List<OperationProgress>();

        await AddFolderAsync(new SynchronousProgress(reports.Add));

        Assert.That(reports.Select(static report => report.Items), Is.EqualTo([1, 2]));
        Assert.That((reports[^1].Bytes, reports[^1].TotalBytes, reports[^1].TotalItems), Is.EqualTo((8L, 8L, 2L)));
    }

    private async Task<IReadOnlyList<ContentFile>> AddFolderAsync(IProgress<OperationProgress>? progress = null, ContentStore? store = null) =>
        await (await (store ?? _content).BeginWriteAsync()).AddFilesAsync([_folder.Path], progress);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private sealed class SynchronousProgress(Action<OperationProgress> report) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => report(value);
    }
}
