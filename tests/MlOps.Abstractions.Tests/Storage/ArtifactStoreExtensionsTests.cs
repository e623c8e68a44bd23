using System.Text;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Abstractions.Tests.Storage;

public sealed class ArtifactStoreExtensionsTests
{
    private static readonly ArtifactPath s_path = ArtifactPath.Parse("folder/a");
    private InMemoryArtifactStore _store = null!;
    private string _folder = null!;

    [SetUp]
    public void Create()
    {
        _store = new InMemoryArtifactStore();
        _folder = Directory.CreateTempSubdirectory("mlops-").FullName;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Text_comes_back()
    {
        await _store.WriteTextAsync(s_path, "Größe 😀");

        Assert.That(await _store.ReadTextAsync(s_path), Is.EqualTo("Größe 😀"));
        Assert.That(await _store.ReadBytesAsync(s_path), Is.EqualTo(Encoding.UTF8.GetBytes("Größe 😀")));
    }

    [Test]
    public async Task Bytes_over_the_limit_are_refused_with_both_sizes()
    {
        await _store.WriteBytesAsync(s_path, new byte[11]);

        await Assert.ThatAsync(
            () => _store.ReadBytesAsync(s_path, maxSize: 10),
            Throws.ArgumentException.With.Message.Contains(
                "'folder/a' has 11 bytes, which exceeds the limit of 10 bytes. Raise the limit, or read the artifact as a stream."));
        Assert.That(await _store.ReadBytesAsync(s_path, maxSize: 11), Has.Length.EqualTo(11));
    }

    [Test]
    public async Task Range_is_opened()
    {
        await _store.WriteTextAsync(s_path, "0123456789");

        await using var content = await _store.OpenRangeAsync(s_path, new ArtifactRange(2, 3));

        Assert.That(await new StreamReader(content.Stream).ReadToEndAsync(), Is.EqualTo("234"));
    }

    [Test]
    public async Task File_goes_up_and_comes_down()
    {
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        await File.WriteAllBytesAsync(InFolder("up"), content);

        var written = await _store.UploadFileAsync(s_path, InFolder("up"));
        var read = await _store.DownloadFileAsync(s_path, InFolder("down"));

        Assert.That(await File.ReadAllBytesAsync(InFolder("down")), Is.EqualTo(content));
        Assert.That(read.ETag, Is.EqualTo(written.ETag));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Progress_reports_the_bytes_read_so_far()
    {
        await File.WriteAllBytesAsync(InFolder("up"), new byte[3_000_000]);
        var up = new Reports();
        var down = new Reports();

        await _store.UploadFileAsync(s_path, InFolder("up"), progress: up);
        await _store.DownloadFileAsync(s_path, InFolder("down"), down);

        Assert.That(up, Is.Ordered.And.Unique.And.Some.EqualTo(3_000_000));
        Assert.That(down, Is.Ordered.And.Unique.And.Some.EqualTo(3_000_000));
        Assert.That(up, Has.Count.GreaterThan(1));
    }

    [Test]
    public async Task Download_replaces_an_earlier_file()
    {
        await File.WriteAllTextAsync(InFolder("down"), "earlier and longer");
        await _store.WriteTextAsync(s_path, "later");

        await _store.DownloadFileAsync(s_path, InFolder("down"));

        Assert.That(await File.ReadAllTextAsync(InFolder("down")), Is.EqualTo("later"));
    }

    [Test]
    public async Task Download_of_a_missing_artifact_keeps_the_earlier_file_and_leaves_no_other()
    {
        await File.WriteAllTextAsync(InFolder("down"), "earlier");

        await Assert.ThatAsync(() => _store.DownloadFileAsync(s_path, InFolder("down")), Throws.TypeOf<ArtifactNotFoundException>());

        Assert.That(await File.ReadAllTextAsync(InFolder("down")), Is.EqualTo("earlier"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_that_fails_verification_keeps_the_earlier_file_and_leaves_no_other()
    {
        await File.WriteAllTextAsync(InFolder("down"), "earlier");
        await _store.WriteTextAsync(s_path, "text");

        await Assert.ThatAsync(() => new DamagingStore(_store).DownloadFileAsync(s_path, InFolder("down")), Throws.TypeOf<ArtifactIntegrityException>());

        Assert.That(await File.ReadAllTextAsync(InFolder("down")), Is.EqualTo("earlier"));
        Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Cancelled_download_leaves_no_file()
    {
        await _store.WriteBytesAsync(s_path, new byte[5_000_000]);
        using var cancelling = new CancellationTokenSource();
        var progress = new Reports(cancelling.Cancel);

        await Assert.ThatAsync(
            () => _store.DownloadFileAsync(s_path, InFolder("down"), progress, cancelling.Token), Throws.InstanceOf<OperationCanceledException>());

        Assert.That(progress, Has.Count.EqualTo(1));
        Assert.That(Directory.GetFiles(_folder), Is.Empty);
    }

    [Test]
    public async Task Upload_of_a_missing_file_stores_nothing()
    {
        await Assert.ThatAsync(() => _store.UploadFileAsync(s_path, InFolder("none")), Throws.TypeOf<FileNotFoundException>());

        Assert.That(await _store.FindAsync(s_path), Is.Null);
    }

    [Test]
    public async Task Copy_has_bytes_and_attributes_also_in_another_store()
    {
        var other = new InMemoryArtifactStore();
        var options = new ArtifactWriteOptions { ContentType = "text/plain", Metadata = new Dictionary<string, string> { ["key"] = "é" } };
        await _store.WriteTextAsync(s_path, "text", options);

        await _store.CopyAsync(s_path, other, ArtifactPath.Parse("copy"));

        var found = await other.FindAsync(ArtifactPath.Parse("copy"));
        Assert.That(await other.ReadTextAsync(ArtifactPath.Parse("copy")), Is.EqualTo("text"));
        Assert.That(found!.ContentType, Is.EqualTo("text/plain"));
        Assert.That(found.Metadata, Is.EquivalentTo(options.Metadata));
    }

    [Test]
    public async Task Copy_keeps_its_condition()
    {
        await _store.WriteTextAsync(s_path, "text");

        await Assert.ThatAsync(() => _store.CopyAsync(s_path, _store, s_path, WriteCondition.IfAbsent), Throws.TypeOf<ArtifactExistsException>());
    }

    [Test]
    public async Task Copy_of_damaged_bytes_stores_nothing()
    {
        var other = new InMemoryArtifactStore();
        await _store.WriteTextAsync(s_path, "text");

        await Assert.ThatAsync(() => new DamagingStore(_store).CopyAsync(s_path, other, s_path), Throws.TypeOf<ArtifactIntegrityException>());

        Assert.That(await other.FindAsync(s_path), Is.Null);
    }

    [Test]
    public async Task Store_that_reads_nothing_without_being_asked_to_breaks_its_contract()
    {
        await _store.WriteTextAsync(s_path, "text");

        await Assert.ThatAsync(
            () => new DamagingStore(_store) { ReadsNothing = true }.OpenReadAsync(s_path),
            Throws.TypeOf<ProviderContractException>().With.Message.Contains("'DamagingStore' violated its contract"));
    }

    [Test]
    public void Get_service_casts()
    {
        Assert.That(_store.GetService<InMemoryArtifactStore>(), Is.SameAs(_store));
        Assert.That(_store.GetService<IDownloadLinks>(), Is.Null);
    }

    private string InFolder(string name) => Path.Combine(_folder, name);

    /// <summary>Reports as they come, on the reporting thread, where <see cref="Progress{T}"/> would post them.</summary>
    private sealed class Reports(Action? onReport = null) : List<long>, IProgress<long>
    {
        public void Report(long value)
        {
            Add(value);
            onReport?.Invoke();
        }
    }

    /// <summary>Delivers other bytes than it holds, behind the verification that stores have.</summary>
    private sealed class DamagingStore(IArtifactStore inner) : IArtifactStore
    {
        public bool ReadsNothing { get; init; }

        public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
        {
            await using var content = await inner.OpenReadAsync(path, cancellationToken);
            var damaged = new MemoryStream(new byte[content.Info.Size]);
            return ReadsNothing ? null : new ArtifactContent(content.Info, ArtifactStreams.Verify(damaged, content.Info));
        }

        public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.FindAsync(path, cancellationToken);

        public Task<ArtifactWriteResult> WriteAsync(
            ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.WriteAsync(path, content, options, cancellationToken);

        public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

        public IAsyncEnumerable<ArtifactEntry> ListAsync(
            ArtifactPath? prefix = null, ArtifactPath? startAfter = null, CancellationToken cancellationToken = default) =>
            inner.ListAsync(prefix, startAfter, cancellationToken);
    }
}
