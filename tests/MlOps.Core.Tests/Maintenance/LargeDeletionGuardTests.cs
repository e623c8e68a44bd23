using System.Globalization;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>The cases in which a collection is refused unless <see cref="GarbageCollectionOptions.AllowLargeDeletion"/> is set.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LargeDeletionGuardTests : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);
    private readonly SkippingClock _clock = new();
    private readonly TemporaryFolder _folder = new();
    private IArtifactStore _store;
    private NoteArchive _archive;

    public LargeDeletionGuardTests()
    {
        _store = new InMemoryArtifactStore(_clock);
        _archive = new NoteArchive(_store, _clock);
    }

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task A_collection_is_refused_if_the_records_of_a_kind_in_the_marker_are_missing([Values] bool onDisk)
    {
        Use(onDisk);
        await _archive.RegisterAsync("one", "two");
        _clock.Advance(s_grace);
        await _store.DeleteAsync(NoteLog.PathOf(1));

        var thrown = await AssertRefusedAsync();

        Assert.That(thrown.Message, Does.Contain("'notes'").And.Contain("Nothing was marked or deleted").And.Contain("AllowLargeDeletion"));
        Assert.That((thrown.Content.Files, thrown.Affected.Files), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_collection_is_refused_if_there_is_content_but_no_marker([Values] bool withRecords)
    {
        await _archive.RegisterAsync("one");
        await _archive.StoreAsync("orphan");
        _clock.Advance(s_grace);
        await _store.DeleteAsync(StoreMarker.Path);
        if (!withRecords)
        {
            await _store.DeleteAsync(NoteLog.PathOf(1));
        }

        Assert.That((await AssertRefusedAsync()).Message, Does.Contain($"'{StoreMarker.Path}' is missing"));
    }

    [Test]
    public async Task A_collection_is_refused_if_there_is_content_but_no_record_and_the_marker_lists_no_kind()
    {
        await _archive.RegisterAsync("one");
        _clock.Advance(s_grace);
        await _store.DeleteAsync(NoteLog.PathOf(1));
        await _store.WriteTextAsync(StoreMarker.Path, """{"format":1,"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","kinds":[]}""");

        Assert.That((await AssertRefusedAsync()).Message, Does.Contain("lists no kinds of record"));
    }

    [Test]
    public async Task A_collection_in_a_store_without_content_is_not_refused()
    {
        await _archive.BeginAsync();
        await _store.DeleteAsync(NoteLog.PathOf(1));

        Assert.That((await Reopen().CollectAsync(allowLargeDeletion: false)).Content.Files, Is.Zero);
    }

    [Test]
    public async Task A_collection_of_all_old_files_is_refused()
    {
        await _archive.BeginAsync();
        await _archive.StoreAsync("one", "two");
        _clock.Advance(s_grace);
        await _archive.StoreAsync("young");

        var thrown = await AssertRefusedAsync();

        Assert.That(thrown.Message, Does.Contain("2 of 2 files"));
        Assert.That((thrown.Content.Files, thrown.Affected.Files), Is.EqualTo((3, 2)));
    }

    [Test]
    public async Task Garbage_beside_used_content_is_collected()
    {
        await _archive.RegisterAsync("used");
        await _archive.StoreAsync("one", "two", "three");

        await CollectTwiceAsync();

        Assert.That(await CountContentAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task All_content_may_be_deleted_if_an_event_once_referenced_it([Values] bool onDisk)
    {
        Use(onDisk);
        await _archive.RegisterAsync("one");
        await _archive.RegisterAsync("two");
        await _archive.ForgetAsync("one");
        await _archive.ForgetAsync("two");

        await CollectTwiceAsync();

        Assert.That(await CountContentAsync(), Is.Zero);
    }

    [Test]
    public async Task All_content_may_be_deleted_if_a_removed_document_references_it()
    {
        await _archive.StoreAsync("file");
        var list = NoteArchive.DigestOf("file").ToString();
        await _archive.RegisterAsync(list);
        await _archive.ForgetAsync(list);

        await CollectTwiceAsync();

        Assert.That(await CountContentAsync(), Is.Zero);
    }

    [TestCase(301, true)]
    [TestCase(300, false)]
    public async Task More_than_thirty_percent_of_a_thousand_files_are_refused(int garbage, bool isRefused)
    {
        await _archive.RegisterAsync(Texts(garbage, 1000));
        await _archive.StoreAsync(Texts(0, garbage));
        _clock.Advance(s_grace);

        if (isRefused)
        {
            Assert.That((await AssertRefusedAsync()).Message, Does.Contain("301 of 1,000 files"));
        }
        else
        {
            Assert.That((await Reopen().CollectAsync(allowLargeDeletion: false)).Marked.Files, Is.EqualTo(garbage));
        }
    }

    [Test]
    public async Task Most_of_fewer_than_a_thousand_files_may_be_deleted()
    {
        await _archive.RegisterAsync("used");
        await _archive.StoreAsync(Texts(0, 998));
        _clock.Advance(s_grace);

        Assert.That((await Reopen().CollectAsync(allowLargeDeletion: false)).Marked.Files, Is.EqualTo(998));
    }

    [Test]
    public async Task Files_marked_by_earlier_collections_count()
    {
        await _archive.RegisterAsync(Texts(400, 1200));
        await _archive.StoreAsync(Texts(0, 200));
        _clock.Advance(s_grace);
        await _archive.StoreAsync(Texts(200, 400));
        await Reopen().CollectAsync(allowLargeDeletion: false);
        _clock.Advance(s_grace);

        Assert.That((await AssertRefusedAsync()).Affected.Files, Is.EqualTo(400));
    }

    [Test]
    public async Task A_refused_collection_deletes_nothing_that_is_marked()
    {
        await _archive.RegisterAsync("one");
        await _archive.StoreAsync("orphan");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        _clock.Advance(s_grace);
        await _store.DeleteAsync(NoteLog.PathOf(1));

        await AssertRefusedAsync();

        Assert.That(await CountContentAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_large_deletion_is_done_if_the_options_allow_it()
    {
        await _archive.RegisterAsync("one");
        await _store.DeleteAsync(NoteLog.PathOf(1));

        await CollectTwiceAsync(allowLargeDeletion: true);

        Assert.That(await CountContentAsync(), Is.Zero);
    }

    /// <summary>Asserts that a collection is refused and changes nothing, and that a dry run reports the refusal.</summary>
    private async Task<GarbageCollectionRefusedException> AssertRefusedAsync()
    {
        var before = await SnapshotAsync();
        var thrown = await Assert.ThrowsAsync<GarbageCollectionRefusedException>(() => Reopen().CollectAsync(allowLargeDeletion: false));
        var planned = await Reopen().CollectAsync(dryRun: true, allowLargeDeletion: false);
        Assert.That(planned.Refusal, Is.EqualTo(thrown!.Message));
        Assert.That((await Reopen().CollectAsync(dryRun: true)).Refusal, Is.Null);
        Assert.That(await SnapshotAsync(), Is.EqualTo(before));
        return thrown;
    }

    /// <summary>Simulates another process, which has not read the marker yet.</summary>
    private NoteArchive Reopen() => new(new CountingStore(_store), _clock);

    private void Use(bool onDisk)
    {
        if (onDisk)
        {
            _store = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = _folder.Path }, _clock);
            _archive = new NoteArchive(_store, _clock);

            // Files on disk have the time of the machine.
            _clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        }
    }

    private async Task CollectTwiceAsync(bool allowLargeDeletion = false)
    {
        for (var run = 0; run < 2; run++)
        {
            _clock.Advance(s_grace + TimeSpan.FromMinutes(1));
            await Reopen().CollectAsync(allowLargeDeletion: allowLargeDeletion);
        }
    }

    private static string[] Texts(int from, int to) =>
        [.. Enumerable.Range(from, to - from).Select(static number => number.ToString(CultureInfo.InvariantCulture))];

    private async Task<int> CountContentAsync() => await _store.ListAsync(ArtifactPath.Parse("blobs")).CountAsync();

    private async Task<List<(ArtifactPath, string)>> SnapshotAsync() => await _store.ListAsync().Select(static entry => (entry.Path, entry.ETag)).ToListAsync();
}
