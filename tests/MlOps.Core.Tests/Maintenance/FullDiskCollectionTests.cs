using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Collections on a full disk: every write fails until something is deleted.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FullDiskCollectionTests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);
    private readonly SkippingClock _clock = new();
    private readonly InMemoryArtifactStore _store;
    private readonly NoteArchive _archive;
    private bool _isFull;

    public FullDiskCollectionTests()
    {
        _store = new InMemoryArtifactStore(_clock);
        _archive = new NoteArchive(_store, _clock);
    }

    [Test]
    public async Task Marked_content_is_deleted_before_anything_is_written()
    {
        await _archive.RegisterAsync("used");
        await _archive.StoreAsync([.. Enumerable.Range(0, 40).Select(static number => $"{number}")]);
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        await _archive.StoreAsync("new garbage");
        _clock.Advance(s_grace);
        _isFull = true;

        var report = await new NoteArchive(FullDisk(), _clock).CollectAsync();

        Assert.That((report.Deleted.Files, report.Marked.Files), Is.EqualTo((40, 1)));
    }

    [Test]
    public async Task Content_that_is_used_again_stays_on_a_full_disk()
    {
        await _archive.StoreAsync("used again");
        await _archive.BeginAsync();
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        await _archive.RecordAsync(NoteArchive.DigestOf("used again").ToString());
        _clock.Advance(s_grace);
        _isFull = true;

        var report = await new NoteArchive(FullDisk(), _clock).CollectAsync();

        Assert.That((report.Deleted.Files, report.Kept.Files), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task The_reserve_exists_as_long_as_there_are_marks()
    {
        await _archive.RegisterAsync("used");
        await _archive.StoreAsync("garbage");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        await _archive.StoreAsync("new garbage");
        _clock.Advance(s_grace);
        _isFull = true;
        await new NoteArchive(FullDisk(), _clock).CollectAsync();

        Assert.That(await _store.FindAsync(DiskSpaceReserve.Path), Is.Not.Null);
        _clock.Advance(s_grace);
        await _archive.CollectAsync();

        Assert.That(await _store.FindAsync(DiskSpaceReserve.Path), Is.Null);
    }

    [Test]
    public async Task Without_the_reserve_a_full_disk_is_reported()
    {
        await _archive.RegisterAsync("used");
        await _archive.StoreAsync("garbage");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        await _store.DeleteAsync(DiskSpaceReserve.Path);
        _clock.Advance(s_grace);

        var disk = new HookedStore(_store) { Before = static (call, _) => call == StoreCall.Write ? throw Full() : Task.CompletedTask };
        var thrown = await Assert.ThrowsAsync<ProviderException>(() => new NoteArchive(disk, _clock).CollectAsync());

        Assert.That(thrown!.Message, Does.Contain("the disk is full"));
        Assert.That(await _store.FindAsync(NoteArchive.PathOf("garbage")), Is.Not.Null);
    }

    private static ProviderException Full() => new("Test", "write", isTransient: false, "Cannot write: the disk is full. Free space.");

    private HookedStore FullDisk() => new(_store)
    {
        Before = async (call, path) =>
        {
            if (call == StoreCall.Write && _isFull)
            {
                throw Full();
            }

            if (call == StoreCall.Delete && await _store.FindAsync(path!) is not null)
            {
                _isFull = false;
            }
        },
    };
}
