using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Maintenance;
using MlOps.Migration;
using MlOps.Storage;
using MlOps.Testing;

namespace MlOps.Records;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecordIndexTests : IDisposable
{
    /// <summary>One request for the announcements, four for the shards and two for the marker of the store.</summary>
    private const int Base = 6;

    private readonly IndexScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Test]
    public async Task A_thousand_records_are_listed_by_six_requests()
    {
        var writer = _scene.Open();
        for (var i = 0; i < 1_000; i++)
        {
            await _scene.DescribeAsync($"d{i:D3}", $"{i}", writer);
        }

        var (listed, requests) = await _scene.ListAsync();

        Assert.That(listed, Is.EqualTo(Enumerable.Range(0, 1_000).Select(static i => $"d{i:D3}: {i}")));
        Assert.That(requests, Is.EqualTo(Base));
        Assert.That(await _scene.FindAnnouncementsAsync(), Is.Empty);
        Assert.That((await _scene.FindAsync($"index/{IndexScene.Kind}")).Length, Is.EqualTo(4));
    }

    [Test]
    public async Task Records_are_listed_in_the_order_of_their_folders()
    {
        await FillAsync("a", "a-b", "a.b", "a0");
        var folders = await _scene.Open().ListNamesAsync(CancellationToken.None).Select(static name => $"{name}: 1").ToArrayAsync();

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(folders));
    }

    [Test]
    public async Task A_process_transfers_each_shard_once()
    {
        await _scene.DescribeAsync("a", "1");
        var transferred = 0L;
        var reader = _scene.Open(new TransferStore(_scene.Store, size => transferred += size));
        await IndexScene.ListAsync(reader);
        transferred = 0;

        Assert.That(await IndexScene.ListAsync(reader), Is.EqualTo(["a: 1"]));

        Assert.That(transferred, Is.Zero);
    }

    [Test]
    public async Task A_change_costs_three_more_requests()
    {
        var counting = new CountingStore(_scene.Store);
        var writer = _scene.Open(counting);
        await _scene.DescribeAsync("a", "1", writer);
        await _scene.DescribeAsync("a", "2", writer);
        counting.Reset();

        await _scene.DescribeAsync("a", "3", writer);

        var calls = counting.Requests;
        counting.Reset();
        using var log = new EventLog<DatasetEvent, DatasetState>(
            counting, ArtifactPath.Parse("datasets/a"), SchemaOf(), _scene.Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await log.AppendAsync(static _ => new DatasetEvent { Kind = DatasetEventKind.Change, Description = "4" }, "tester");
        counting.Reset();
        await log.AppendAsync(static _ => new DatasetEvent { Kind = DatasetEventKind.Change, Description = "5" }, "tester");
        Assert.That(counting.Requests, Is.EqualTo(2), "a listing that confirms the newest event, and the event");
        Assert.That(calls, Is.EqualTo(counting.Requests + 3), "the announcement, the row and the end of the announcement");
    }

    [Test]
    public async Task Wherever_a_writer_stops_the_next_listing_is_exact()
    {
        foreach (var name in new[] { "a", "b" })
        {
            await _scene.DescribeAsync(name, "old");
        }

        var (stop, stopped, isAppended) = (0, true, false);
        for (; stopped; stop++)
        {
            var text = $"text {stop}";
            stopped = await StopAsync(stop, text);
            isAppended = (await _scene.Open().FindAsync("a", CancellationToken.None))!.State.Description == text;
            var isAnnounced = (await _scene.FindAnnouncementsAsync()).Length > 0;

            var (listed, requests) = await _scene.ListAsync();

            Assert.That(listed, Is.EqualTo([$"a: {await ReadTruthAsync("a")}", "b: old"]), $"The writer stopped before its call {stop}.");
            Assert.That(requests, Is.LessThanOrEqualTo(Base + (isAnnounced ? isAppended ? 3 : 1 : 0)),
                "the event; and where it is there, its row and the end of its announcement");
            Assert.That(await _scene.VerifyAsync(), Is.Empty);
            Assert.That((await _scene.ListAsync()).Requests, Is.EqualTo(Base + (isAnnounced && !isAppended ? 1 : 0)));
        }

        Assert.That(isAppended, Is.True);
        Assert.That(stop, Is.GreaterThan(5));
        Assert.That(await _scene.FindAnnouncementsAsync(), Is.Empty, "the last writer, which was not stopped, has finished");
    }

    [Test]
    public async Task An_event_that_cannot_be_announced_is_not_recorded()
    {
        await _scene.DescribeAsync("a", "1");
        var failing = new HookedStore(_scene.Store) { Before = static (call, path) => FailIf(call == StoreCall.Write && IsAnnouncement(path)) };

        await Assert.ThrowsAsync<ProviderException>(() => _scene.DescribeAsync("a", "2", _scene.Open(failing)));

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1"]));
    }

    [Test]
    public async Task A_failure_of_the_index_after_the_event_is_a_warning()
    {
        await _scene.DescribeAsync("a", "1");
        var failing = new HookedStore(_scene.Store) { Before = static (call, path) => FailIf(call == StoreCall.Write && IsShard(path)) };

        await _scene.DescribeAsync("a", "2", _scene.Open(failing));

        Assert.That(_scene.Logged(LogLevel.Warning).Single(), Does.Contain("datasets/a").And.Contain("Event 2"));
        Assert.That(await _scene.FindAnnouncementsAsync(), Has.Length.EqualTo(1));
        Assert.That(await _scene.VerifyAsync(), Is.Empty, "an announced event is expected to be missing from the row");
        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 2"]));
    }

    [Test]
    public async Task Of_two_events_that_the_index_lacks_both_are_listed()
    {
        await _scene.DescribeAsync("a", "1");
        var failing = new HookedStore(_scene.Store) { Before = static (call, path) => FailIf(call == StoreCall.Write && IsShard(path)) };

        await _scene.DescribeAsync("a", "2", _scene.Open(failing));
        await _scene.DescribeAsync("a", "3", _scene.Open(failing));

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 3"]));
        Assert.That(await _scene.FindAnnouncementsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_writer_that_comes_second_announces_the_next_event_and_cleans_up()
    {
        await _scene.DescribeAsync("a", "1");
        var gate = new TestGate();
        var slow = new HookedStore(_scene.Store)
        {
            Before = (call, path) =>
            call == StoreCall.Write && IsAnnouncement(path, 2) ? gate.PassAsync(default) : Task.CompletedTask
        };
        var second = _scene.DescribeAsync("a", "second", _scene.Open(slow));
        await gate.Reached;
        await _scene.DescribeAsync("a", "first");
        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: first"]));

        gate.Open();
        await second;

        Assert.That(await _scene.ListAsync(), Is.EqualTo((new[] { "a: second" }, Base)));
        Assert.That(await _scene.FindAnnouncementsAsync(), Is.Empty);
        Assert.That(await _scene.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task A_writer_that_is_late_with_its_row_keeps_the_newer_one()
    {
        await FillAsync("a");
        var gate = new TestGate();
        var slow = new HookedStore(_scene.Store)
        {
            Before = (call, path) => call == StoreCall.Read && IsShard(path) ? gate.PassAsync(default) : Task.CompletedTask,
        };
        var late = _scene.DescribeAsync("a", "2", _scene.Open(slow));
        await gate.Reached;
        await _scene.DescribeAsync("a", "3");
        gate.Open();
        await late;

        Assert.That(await _scene.ListAsync(), Is.EqualTo((new[] { "a: 3" }, Base)));
        Assert.That(await _scene.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task An_announcement_that_is_older_than_the_row_is_deleted_by_the_next_listing()
    {
        await _scene.DescribeAsync("a", "1");
        await _scene.Store.WriteBytesAsync(IndexPaths.Announcement(IndexScene.Kind, "a", 1), []);

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1"]));

        Assert.That(await _scene.FindAnnouncementsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_change_while_a_listing_reads_is_not_lost()
    {
        await _scene.DescribeAsync("a", "1");
        await _scene.DescribeAsync("b", "1");
        var gate = new TestGate();
        var slow = new HookedStore(_scene.Store)
        {
            Before = (call, path) =>
            call == StoreCall.Read && path == IndexScene.ShardOf("a") ? gate.PassAsync(default) : Task.CompletedTask
        };
        var listing = IndexScene.ListAsync(_scene.Open(slow));
        await gate.Reached;
        await _scene.DescribeAsync("a", "2");
        gate.Open();

        Assert.That(await listing, Is.EqualTo(["a: 2", "b: 1"]));
    }

    [Test]
    public async Task Two_processes_that_create_the_first_records_at_once_are_both_listed()
    {
        var gate = new TestGate(arrivals: 2);
        await Task.WhenAll(new[] { "a", "b" }.Select(name => Task.Run(async () =>
        {
            var together = new HookedStore(_scene.Store);
            together.Before = async (call, path) =>
            {
                if (call == StoreCall.Read && IsShard(path))
                {
                    together.Before = static (_, _) => Task.CompletedTask;
                    var passing = gate.PassAsync(default);
                    await gate.Reached;
                    gate.Open();
                    await passing;
                }
            };
            await _scene.DescribeAsync(name, "1", _scene.Open(together));
        })));

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 1"]));
        Assert.That(await _scene.ListAsync(), Is.EqualTo((new[] { "a: 1", "b: 1" }, Base)));
    }

    [Test]
    public async Task A_store_without_an_index_gets_one_with_the_first_listing()
    {
        await FillAsync("a", "b", "c");
        await _scene.DeleteIndexAsync();

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 1", "c: 1"]));

        Assert.That(await _scene.ListAsync(), Is.EqualTo((new[] { "a: 1", "b: 1", "c: 1" }, Base)));
    }

    [Test]
    public async Task A_change_before_the_first_listing_of_an_old_store_keeps_the_index_incomplete()
    {
        await FillAsync("a", "b", "c");
        await _scene.DeleteIndexAsync();
        await _scene.DescribeAsync("b", "2");

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 2", "c: 1"]));
        Assert.That(await _scene.ListAsync(), Is.EqualTo((new[] { "a: 1", "b: 2", "c: 1" }, Base)));
    }

    [Test]
    public async Task A_record_that_is_created_while_the_index_is_built_is_not_lost()
    {
        await FillAsync("a");
        await _scene.DeleteIndexAsync();
        var other = Enumerable.Range(0, 100).Select(static i => $"x{i}").First(static name => IndexPaths.ShardOf(name) == IndexPaths.ShardOf("a"));
        var gate = new TestGate();
        var slow = new HookedStore(_scene.Store)
        {
            Before = (call, path) =>
            call == StoreCall.Read && path == IndexScene.EventOf("a", 1) ? gate.PassAsync(default) : Task.CompletedTask
        };
        var building = IndexScene.ListAsync(_scene.Open(slow));
        await gate.Reached;
        await _scene.DescribeAsync(other, "1");
        gate.Open();
        await building;

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", $"{other}: 1"]));
        Assert.That(await _scene.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task A_damaged_shard_is_reported_and_rebuilt([Values("not a shard", "")] string content)
    {
        await FillAsync("a", "b", "c");
        await _scene.Store.WriteTextAsync(IndexScene.ShardOf("b"), content);
        Assert.That(await _scene.VerifyAsync(), Has.One.StartsWith(IndexScene.ShardOf("b").ToString()));

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 1", "c: 1"]));

        Assert.That(_scene.Logged(LogLevel.Warning).Single(), Does.Contain(IndexScene.ShardOf("b").ToString()));
        Assert.That((await _scene.ListAsync()).Requests, Is.EqualTo(Base));
        Assert.That(await _scene.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task A_writer_replaces_a_damaged_shard_by_an_incomplete_one()
    {
        await FillAsync("a", "b", "c");
        await _scene.Store.WriteTextAsync(IndexScene.ShardOf("b"), "not a shard");

        await _scene.DescribeAsync("b", "2");

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 2", "c: 1"]));
    }

    [Test]
    public async Task Without_permission_to_write_a_listing_is_exact_and_tries_once()
    {
        await FillAsync("a", "b");
        await _scene.DeleteIndexAsync();
        var writes = 0;
        var readOnly = new HookedStore(_scene.Store)
        {
            Before = (call, path) => call is StoreCall.Write or StoreCall.Delete && writes++ >= 0 ? throw new ArtifactAccessDeniedException(path,
                "Grant it.") : Task.CompletedTask,
        };
        var reader = _scene.Open(readOnly);

        Assert.That(await IndexScene.ListAsync(reader), Is.EqualTo(["a: 1", "b: 1"]));
        var first = writes;
        Assert.That(await IndexScene.ListAsync(reader), Is.EqualTo(["a: 1", "b: 1"]));

        Assert.That(first, Is.InRange(1, 4));
        Assert.That(writes, Is.EqualTo(first));
        Assert.That(_scene.Logged(LogLevel.Warning), Is.Empty);
        Assert.That(_scene.Logged(LogLevel.Debug), Is.Not.Empty);
    }

    [Test]
    public async Task A_damaged_record_is_reported_and_listed_again_when_it_is_restored()
    {
        await FillAsync("a", "b", "c");
        await _scene.DeleteIndexAsync();
        var text = await _scene.Store.ReadTextAsync(IndexScene.EventOf("b", 1));
        await _scene.Store.WriteTextAsync(IndexScene.EventOf("b", 1), "damaged");

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "c: 1"]));
        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "c: 1"]));
        Assert.That(_scene.Logged(LogLevel.Warning), Is.EqualTo(Enumerable.Repeat(_scene.Logged(LogLevel.Warning)[0], 2)).And.All.Contains("'b' is damaged"));

        await _scene.Store.WriteTextAsync(IndexScene.EventOf("b", 1), text);
        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 1", "c: 1"]));
        Assert.That(await _scene.ListAsync(), Is.EqualTo((new[] { "a: 1", "b: 1", "c: 1" }, Base)));
    }

    [Test]
    public async Task A_row_of_another_log_is_replaced_by_the_next_change()
    {
        await FillAsync("a");
        var copy = await _scene.Store.ReadBytesAsync(IndexScene.EventOf("a", 1));
        await _scene.DescribeAsync("a", "2");
        await _scene.DescribeAsync("a", "3");
        await _scene.Store.DeleteAsync(IndexScene.EventOf("a", 3)); // a copy of the log that ends at event 1 is restored, and the index is not deleted
        await _scene.Store.DeleteAsync(IndexScene.EventOf("a", 2));
        await _scene.Store.WriteBytesAsync(IndexScene.EventOf("a", 1), copy);
        Assert.That(await _scene.VerifyAsync(), Has.One.Contains("its last event 3 is missing from the log"));

        await _scene.DescribeAsync("a", "other");

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: other"]));
        Assert.That(await _scene.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task A_row_of_another_log_does_not_leave_the_record_out_of_the_list()
    {
        await FillAsync("a");
        await _scene.DescribeAsync("a", "2");
        await _scene.Store.DeleteAsync(IndexScene.EventOf("a", 2)); // a copy of the log that ends at event 1 is restored
        var failing = new HookedStore(_scene.Store) { Before = static (call, path) => FailIf(call == StoreCall.Write && IsShard(path)) };
        await _scene.DescribeAsync("a", "other 2", _scene.Open(failing));
        await _scene.DescribeAsync("a", "other 3", _scene.Open(failing));

        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo(["a: other 3"]));

        Assert.That(_scene.Logged(LogLevel.Warning), Has.One.Contains("'a' does not belong to its log"));
        Assert.That(await _scene.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task Verification_names_each_row_that_disagrees_with_its_log()
    {
        await FillAsync("a", "b", "c", "d");
        await ChangeRowAsync("a", static row => row with { Description = "forged" });
        await ChangeRowAsync("b", static row => row, sequence: 0); // the row is missing
        var gone = await _scene.Store.ReadBytesAsync(IndexScene.EventOf("c", 1));
        await _scene.Store.DeleteAsync(IndexScene.EventOf("c", 1));

        var faults = await _scene.VerifyAsync();

        Assert.That(faults, Has.Length.EqualTo(3));
        Assert.That(faults, Has.One.Contains("row of 'a' does not match the log: its state differs from the state of the log"));
        Assert.That(faults, Has.One.Contains("row of 'b' does not match the log: its last event is 0, but the log ends at event 1"));
        Assert.That(faults, Has.One.Contains("row of 'c' does not match the log: its last event 1 is missing from the log"));
        Assert.That(gone, Is.Not.Empty);
    }

    [Test]
    public async Task A_migration_into_a_store_with_an_index_is_listed_there()
    {
        await FillAsync("a", "b");
        var target = new IndexScene();
        using var _ = target;
        await new ArtifactMigrator(_scene.Store, target.Store).RunAsync();
        Assert.That((await target.ListAsync()).Listed, Is.EqualTo(["a: 1", "b: 1"]));
        await _scene.DescribeAsync("a", "2");
        await _scene.DescribeAsync("a", "3");
        await _scene.DescribeAsync("c", "1");

        var report = await new ArtifactMigrator(_scene.Store, target.Store).RunAsync();

        Assert.That((report.IsComplete, report.CopiedArtifacts), Is.EqualTo((true, 3L)), "the events and nothing of the index");
        Assert.That((await target.ListAsync()).Listed, Is.EqualTo(["a: 3", "b: 1", "c: 1"]));
        Assert.That((await target.ListAsync()).Requests, Is.EqualTo(Base));
        Assert.That(await target.VerifyAsync(), Is.Empty);
    }

    [Test]
    public async Task A_migration_that_stops_after_an_event_is_listed_with_that_event()
    {
        await FillAsync("a");
        using var target = new IndexScene();
        await new ArtifactMigrator(_scene.Store, target.Store).RunAsync();
        await target.ListAsync();
        await _scene.DescribeAsync("a", "2");
        await _scene.DescribeAsync("a", "3");
        var killed = new HookedStore(target.Store)
        {
            Before = static (call, path) =>
            call == StoreCall.Write && path == IndexScene.EventOf("a", 3) ? throw new KilledException() : Task.CompletedTask
        };

        await Assert.ThrowsAsync<KilledException>(() => new ArtifactMigrator(_scene.Store, killed).RunAsync());

        Assert.That((await target.ListAsync()).Listed, Is.EqualTo(["a: 2"]));
    }

    [TestCase("log")]
    [TestCase("runs")]
    [TestCase("announced")]
    public async Task The_path_of_an_announcement_is_never_the_path_of_an_event(string name)
    {
        var path = IndexPaths.Announcement(IndexScene.Kind, name, 1);
        await _scene.DescribeAsync(name, "1");
        await _scene.Store.WriteBytesAsync(path, []);

        Assert.That(EventPath.TryParse(path, out _, out _), Is.False);
        Assert.That(StoreLayout.IsLocal(path) && StoreLayout.IsLocal(IndexScene.ShardOf(name)), Is.True);
        Assert.That((await _scene.ListAsync()).Listed, Is.EqualTo([$"{name}: 1"]));
    }

    [Test]
    public void The_shard_of_a_name_never_changes() =>
        Assert.That(new[] { "churn", "preis – größe", "a", "" }.Select(IndexPaths.ShardOf), Is.EqualTo(new[] { 0, 2, 2, 3 }));

    [Test]
    public async Task Listing_an_empty_store_writes_nothing()
    {
        Assert.That((await _scene.ListAsync()).Listed, Is.Empty);

        Assert.That(await _scene.Store.ListAsync().AnyAsync(), Is.False);
    }

    private static EventLogSchema<DatasetEvent, DatasetState> SchemaOf() => new(
        DatasetFold.Schema.Empty, static (state, document) => DatasetFold.Schema.Apply("a", state, document), DatasetFold.Schema.EventType,
            DatasetFold.Schema.CheckpointType);

    private static bool IsAnnouncement(ArtifactPath? path, int sequence = 0) =>
        IndexPaths.TryParseAnnouncement(IndexScene.Kind, path!, out _, out var announced) && (sequence == 0 || announced == sequence);

    private static bool IsShard(ArtifactPath? path) =>
        path!.ToString().StartsWith("index/", StringComparison.Ordinal) && path.Name.EndsWith(".gz", StringComparison.Ordinal);

    private static Task FailIf(bool condition) =>
        condition ? throw new ProviderException("Test", "write", isTransient: true, "The network is down. Try again.") : Task.CompletedTask;

    private async Task FillAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await _scene.DescribeAsync(name, "1");
        }
    }

    private async Task<string?> ReadTruthAsync(string name)
    {
        using var log = _scene.Open().OpenLog(ArtifactPath.Parse($"{IndexScene.Kind}/{name}"));
        return (await log.ReplayAsync(CancellationToken.None)).Snapshot.State.Description;
    }

    /// <summary>Sets the description of <c>a</c> in a process that is killed before one of its calls of the store.</summary>
    /// <returns>Whether it was.</returns>
    private async Task<bool> StopAsync(int call, string text)
    {
        var calls = 0;
        var killed = new HookedStore(_scene.Store) { Before = (_, _) => calls++ >= call ? throw new KilledException() : Task.CompletedTask };
        try
        {
            await _scene.DescribeAsync("a", text, _scene.Open(killed));
        }
        catch (KilledException)
        {
        }

        return calls > call;
    }

    /// <summary>Changes the row of a record in the index, or removes it.</summary>
    private async Task ChangeRowAsync(string name, Func<DatasetState, DatasetState> change, long sequence = 1)
    {
        var path = IndexScene.ShardOf(name);
        var shard = IndexShard.Unpack(path, "any", await _scene.Store.ReadBytesAsync(path));
        var snapshot = DatasetFold.Schema.ToSnapshot(shard.Rows[name]);
        var rows = sequence == 0 ? shard.Rows.Remove(name) : shard.Rows.SetItem(name,
            DatasetFold.Schema.ToRow(name, snapshot with { State = change(snapshot.State) }));
        await _scene.Store.WriteBytesAsync(path, (shard with { Rows = rows }).Pack());
    }

    /// <summary>Counts the bytes that are read.</summary>
    private sealed class TransferStore(IArtifactStore inner, Action<long> onRead) : IArtifactStore
    {
        public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.FindAsync(path, cancellationToken);

        public async Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default)
        {
            var content = await inner.OpenReadAsync(path, options, cancellationToken);
            onRead(content?.Info.Size ?? 0);
            return content;
        }

        public Task<ArtifactWriteResult> WriteAsync(ArtifactPath path, Stream content, ArtifactWriteOptions? options = null,
            CancellationToken cancellationToken = default) =>
            inner.WriteAsync(path, content, options, cancellationToken);

        public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

        public IAsyncEnumerable<ArtifactEntry> ListAsync(ArtifactPath? prefix = null, ArtifactPath? startAfter = null,
            CancellationToken cancellationToken = default) =>
            inner.ListAsync(prefix, startAfter, cancellationToken);

        public object? GetService(Type serviceType) => inner.GetService(serviceType);
    }
}
