using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Maintenance;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GarbageCollectionTests
{
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);
    private readonly SkippingClock _clock = new();
    private readonly InMemoryArtifactStore _store;
    private readonly NoteArchive _archive;

    public GarbageCollectionTests()
    {
        _store = new InMemoryArtifactStore(_clock);
        _archive = new NoteArchive(_store, _clock);
    }

    [SetUp]
    public Task BeginAsync() => _archive.BeginAsync();

    [Test]
    public async Task Unreferenced_content_is_deleted_by_the_second_collection_after_the_grace_period()
    {
        await _archive.StoreAsync("orphan");
        _clock.Advance(s_grace);

        Assert.That((await _archive.CollectAsync()).Deleted.Files, Is.Zero);
        Assert.That(await HasAsync("orphan"), Is.True);
        _clock.Advance(s_grace);
        Assert.That((await _archive.CollectAsync()).Deleted.Files, Is.EqualTo(1));

        Assert.That(await _store.ListAsync().Select(static entry => entry.Path).ToListAsync(), Is.EqualTo(new[] { StoreMarker.Path, NoteLog.PathOf(1) }));
    }

    [Test]
    public async Task A_collection_creates_the_marker_of_an_old_store_with_the_kinds_it_found()
    {
        await _archive.RegisterAsync("one");
        await _store.DeleteAsync(StoreMarker.Path);
        var later = new NoteArchive(new CountingStore(_store), _clock);

        await later.CollectAsync(dryRun: true);
        Assert.That(await _store.FindAsync(StoreMarker.Path), Is.Null);
        await later.CollectAsync();

        Assert.That(System.Text.Encoding.UTF8.GetString(await _store.ReadBytesAsync(StoreMarker.Path)), Does.Contain("\"kinds\":[\"notes\"]"));
    }

    [Test]
    public async Task Content_is_kept_as_long_as_a_record_references_it()
    {
        await _archive.RegisterAsync("kept", "forgotten");
        await CollectThriceAsync();
        Assert.That((await HasAsync("kept"), await HasAsync("forgotten")), Is.EqualTo((true, true)));

        await _archive.ForgetAsync("forgotten");
        await CollectThriceAsync();

        Assert.That((await HasAsync("kept"), await HasAsync("forgotten")), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Content_younger_than_the_grace_period_is_not_marked()
    {
        await _archive.StoreAsync("young");
        _clock.Advance(s_grace - TimeSpan.FromSeconds(1));

        var report = await _archive.CollectAsync();

        Assert.That(report.Marked.Files, Is.Zero);
        Assert.That(report.Content.Files, Is.EqualTo(1));
    }

    [Test]
    public async Task The_nonce_distinguishes_equal_marks_of_the_same_time()
    {
        var other = new InMemoryArtifactStore(_clock);
        await _archive.StoreAsync("orphan");
        await new NoteArchive(other, _clock).BeginAsync();
        await new NoteArchive(other, _clock).StoreAsync("orphan");
        _clock.Advance(s_grace);

        await _archive.CollectAsync();
        await new NoteArchive(other, _clock).CollectAsync();

        Assert.That(await other.ReadTextAsync(MarkOf("orphan")), Is.Not.EqualTo(await _store.ReadTextAsync(MarkOf("orphan"))));
    }

    [Test]
    public async Task Nothing_is_collected_if_a_log_is_of_an_unknown_kind()
    {
        await _archive.StoreAsync("needed by what only a newer version reads");
        var unknown = ArtifactPath.Parse("experiments/x/deeper/y/log/00000000000000000001.json");
        await _store.WriteTextAsync(unknown, "{}");
        _clock.Advance(s_grace);

        var exception = await Assert.ThrowsAsync<DocumentFormatException>(() => _archive.CollectAsync());

        Assert.That(exception.Message, Does.Contain($"'{unknown}'").And.Contain("Nothing was collected").And.Contain("Update"));
        Assert.That(await _store.ListAsync(ArtifactPath.Parse("gc")).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Only_content_and_marks_are_changed()
    {
        string[] others = [
            "blobs/sha256/README", "blobs/other/file", "models/notes.txt", "gc/readme", "gc/condemned/readme.json", "blobs/sha256/AB/AB" + new string('0', 62),
        ];
        foreach (var other in others)
        {
            await _store.WriteTextAsync(ArtifactPath.Parse(other), "not ours");
        }

        await CollectThriceAsync();

        Assert.That(
            await _store.ListAsync().Select(static entry => entry.Path.ToString()).ToListAsync(),
            Is.EquivalentTo(others.Append($"{StoreMarker.Path}").Append($"{NoteLog.PathOf(1)}")));
    }

    [Test]
    public async Task The_report_contains_the_action_and_size_of_each_file()
    {
        await _archive.StoreAsync("deleted", "kept");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        _clock.Advance(s_grace / 2);
        await _archive.StoreAsync("waiting");
        await _archive.RegisterAsync("kept", "used");
        _clock.Advance(s_grace);
        var marking = await _archive.CollectAsync();
        _clock.Advance(s_grace / 2);
        await _archive.StoreAsync("young");

        var report = await _archive.CollectAsync();

        Assert.That(Items(marking), Is.EquivalentTo([("deleted", GarbageAction.Deleted), ("kept", GarbageAction.Kept), ("waiting", GarbageAction.Marked)]));
        Assert.That((marking.Deleted, marking.Kept, marking.Marked), Is.EqualTo((CountOf("deleted"), CountOf("kept"), CountOf("waiting"))));
        Assert.That(marking.Waiting, Is.EqualTo(default(GarbageCount)));
        Assert.That(marking.Content, Is.EqualTo(CountOf("kept", "used", "waiting")));
        Assert.That(Items(report), Is.EqualTo([("waiting", GarbageAction.Waiting)]));
        Assert.That((report.Waiting, report.Used, report.Content), Is.EqualTo((CountOf("waiting"), 2L, CountOf("kept", "used", "waiting", "young"))));
    }

    [Test]
    public async Task A_dry_run_reports_the_actions_of_the_collection_and_changes_nothing()
    {
        await _archive.StoreAsync("deleted", "kept");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        await _archive.RegisterAsync("kept");
        await _archive.StoreAsync("marked");
        _clock.Advance(s_grace);
        var before = await SnapshotAsync();

        var planned = await _archive.CollectAsync(dryRun: true);

        Assert.That(await SnapshotAsync(), Is.EqualTo(before));
        var done = await _archive.CollectAsync();
        Assert.That((planned.DryRun, done.DryRun), Is.EqualTo((true, false)));
        Assert.That(Items(planned), Is.EquivalentTo(Items(done)));
        Assert.That((planned.Deleted, planned.Marked, planned.Kept), Is.EqualTo((done.Deleted, done.Marked, done.Kept)));
        Assert.That((planned.Deleted, planned.Marked, planned.Kept), Is.EqualTo((CountOf("deleted"), CountOf("marked"), CountOf("kept"))));
    }

    [Test]
    public async Task Nothing_is_deleted_if_a_record_cannot_be_read()
    {
        await _archive.StoreAsync("orphan");
        await _archive.RegisterAsync("named");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        _clock.Advance(s_grace);
        await _store.WriteTextAsync(NoteLog.PathOf(1), """{"format":2}""");
        var before = await SnapshotAsync();

        var report = await _archive.CollectAsync();

        Assert.That(report.Damaged.Single().Path, Is.EqualTo(NoteLog.PathOf(1)));
        Assert.That(report.Damaged.Single().Message, Does.Contain("nothing is deleted until"));
        Assert.That((report.Waiting.Files, report.Deleted.Files, report.Marked.Files), Is.EqualTo((1, 0, 0)));
        Assert.That(await SnapshotAsync(), Is.EqualTo(before));
    }

    [TestCase("""{"format":2}""", "Update MlOps.Core")]
    [TestCase("{", "truncated or altered")]
    [TestCase(null, "does not match its path")]
    public async Task A_mark_that_cannot_be_read_stops_the_collection_and_writers_of_its_content(string? json, string fault)
    {
        await _archive.StoreAsync("orphan", "other");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        var (mark, other) = (MarkOf("orphan"), MarkOf("other"));
        await _store.WriteTextAsync(mark, json ?? await _store.ReadTextAsync(other));

        Assert.That(
            (await Assert.ThrowsAsync<DocumentFormatException>(() => _archive.CollectAsync()))!.Message, Does.Contain(mark.ToString()).And.Contain(fault));
        await Assert.ThrowsAsync<DocumentFormatException>(() => _archive.RegisterAsync("orphan"));
        await _archive.RegisterAsync("other");
    }

    [Test]
    public async Task The_list_of_the_report_is_limited_and_all_items_are_counted()
    {
        await _archive.StoreAsync("one", "two", "three");
        _clock.Advance(s_grace);

        var report = await _archive.Maintain()
            .CollectGarbageAsync(new GarbageCollectionOptions { GracePeriod = s_grace, MaxItems = 2, AllowLargeDeletion = true });

        Assert.That((report.Items.Count, report.Marked.Files), Is.EqualTo((2, 3L)));
    }

    [Test]
    public void A_grace_period_under_an_hour_is_refused() =>
        Assert.That(
            Assert.Throws<ArgumentOutOfRangeException>(static () => _ = new GarbageCollectionOptions { GracePeriod = TimeSpan.FromMinutes(59) })!.Message,
            Does.Contain("minimum grace period is 01:00:00"));

    [Test]
    public async Task Progress_goes_through_the_steps_and_counts_to_the_end()
    {
        await _archive.StoreAsync("marked");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        await _archive.RegisterAsync("used", "used too");
        var reports = new List<OperationProgress>();

        await _archive.Maintain().CollectGarbageAsync(progress: new ListedProgress(reports));

        Assert.That(
            reports.Select(static report => report.Step).Distinct(),
            Is.EqualTo([MaintenanceStep.ReadingRecords, MaintenanceStep.FindingUnused, MaintenanceStep.DeletingMarked]));
        Assert.That(reports.Last(static report => report.Step == MaintenanceStep.ReadingRecords).Items, Is.EqualTo(2));
        Assert.That(
            reports.Last(static report => report.Step == MaintenanceStep.FindingUnused).ToString(),
            Is.EqualTo(new OperationProgress(MaintenanceStep.FindingUnused, 3, bytes: CountOf("marked", "used", "used too").Bytes).ToString()));
        Assert.That((reports[^1].Items, reports[^1].Bytes), Is.EqualTo((1L, CountOf("marked").Bytes)));
    }

    [Test]
    public async Task A_canceled_collection_stops_and_a_later_one_completes_it()
    {
        await _archive.StoreAsync("orphan");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => _archive.Maintain().CollectGarbageAsync(cancellationToken: cancelled.Token));

        await CollectThriceAsync();
        Assert.That(await HasAsync("orphan"), Is.False);
    }

    [Test]
    public async Task Claimed_content_is_deleted_before_a_cancellation_takes_effect()
    {
        await _archive.StoreAsync("orphan");
        _clock.Advance(s_grace);
        await _archive.CollectAsync();
        _clock.Advance(s_grace);
        using var cancelled = new CancellationTokenSource();
        var store = new HookedStore(_store) { After = (call, _) => call == StoreCall.Write ? cancelled.CancelAsync() : Task.CompletedTask };

        await Assert.CatchAsync<OperationCanceledException>(() =>
            new NoteArchive(store, _clock).Maintain()
                .CollectGarbageAsync(new GarbageCollectionOptions { GracePeriod = s_grace, AllowLargeDeletion = true }, cancellationToken: cancelled.Token));

        Assert.That(
            await _store.ListAsync().Select(static entry => entry.Path).ToListAsync(),
            Is.EqualTo(new[] { DiskSpaceReserve.Path, StoreMarker.Path, NoteLog.PathOf(1) }));
    }

    [Test]
    public async Task A_file_too_damaged_to_be_listed_does_not_stop_the_collection()
    {
        using var folder = new TemporaryFolder();
        var disk = new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = folder.Path }, _clock);
        var archive = new NoteArchive(disk, _clock);
        await archive.BeginAsync();
        await archive.StoreAsync("orphan", "damaged");
        var file = Directory.GetFiles(folder.Path, $"{NoteArchive.DigestOf("damaged")}*", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, "cut off");

        for (var run = 0; run < 3; run++)
        {
            _clock.Advance(s_grace);
            await archive.CollectAsync();
        }

        Assert.That(await disk.FindAsync(NoteArchive.PathOf("orphan")), Is.Null);
        Assert.That(file, Does.Exist);
    }

    private static ArtifactPath MarkOf(string text) => ArtifactPath.Parse($"gc/condemned/{NoteArchive.DigestOf(text)}.json");

    private static GarbageCount CountOf(params string[] texts) => new(texts.Length, texts.Sum(static text => (long)$$"""{"text":"{{text}}"}""".Length));

    private static IEnumerable<(string, GarbageAction)> Items(GarbageReport report)
    {
        string[] texts = ["deleted", "kept", "waiting", "used", "young", "marked"];
        return report.Items.Select(item => (texts.Single(text => NoteArchive.DigestOf(text) == Sha256Digest.Parse(item.Path.Name)), item.Action));
    }

    private async Task CollectThriceAsync()
    {
        for (var run = 0; run < 3; run++)
        {
            _clock.Advance(s_grace);
            await _archive.CollectAsync();
        }
    }

    private async Task<bool> HasAsync(string text) => await _store.FindAsync(NoteArchive.PathOf(text)) is not null;

    private async Task<List<(ArtifactPath, string)>> SnapshotAsync() => await _store.ListAsync().Select(static entry => (entry.Path, entry.ETag)).ToListAsync();
}
