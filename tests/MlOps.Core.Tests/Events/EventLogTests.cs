using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Storage;

namespace MlOps.Events;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EventLogTests
{
    private readonly InMemoryArtifactStore _store = new();

    [Test]
    public async Task An_empty_log_folds_to_the_empty_state() =>
        Assert.That(await NoteLog.Open(_store).CatchUpAsync(), Is.EqualTo(new LogSnapshot<ImmutableList<string>>(0, null, [])));

    [Test]
    public async Task Events_are_numbered_and_chained_and_contain_actor_and_time()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var log = NoteLog.Open(_store, clock);

        await log.AddAsync("one");
        await log.AddAsync("two");

        var (first, second) = (await _store.ReadBytesAsync(NoteLog.PathOf(1)), await _store.ReadBytesAsync(NoteLog.PathOf(2)));
        var json = JsonDocument.Parse(second).RootElement;
        Assert.That(json.GetProperty("format").GetInt32(), Is.EqualTo(1));
        Assert.That(json.GetProperty("sequence").GetInt64(), Is.EqualTo(2));
        Assert.That(json.GetProperty("previous").GetString(), Is.EqualTo(Sha256Digest.Of(first).ToString()));
        Assert.That(json.GetProperty("actor").GetString(), Is.EqualTo("tester"));
        Assert.That(json.GetProperty("time").GetDateTimeOffset(), Is.EqualTo(clock.GetUtcNow()));
        Assert.That(json.GetProperty("event").GetProperty("text").GetString(), Is.EqualTo("two"));
    }

    [Test]
    public async Task The_nonce_distinguishes_equal_events_of_the_same_time()
    {
        var (clock, other) = (new FakeTimeProvider(), new InMemoryArtifactStore());

        await NoteLog.Open(_store, clock).AddAsync("one");
        await NoteLog.Open(other, clock).AddAsync("one");

        Assert.That(await other.ReadTextAsync(NoteLog.PathOf(1)), Is.Not.EqualTo(await _store.ReadTextAsync(NoteLog.PathOf(1))));
    }

    [Test]
    public async Task Another_log_object_reads_events_that_were_recorded_after_its_last_read()
    {
        var (writer, reader) = (NoteLog.Open(_store), NoteLog.Open(_store));
        await writer.AddAsync("one");
        await reader.CatchUpAsync();

        await writer.AddAsync("two");

        Assert.That((await reader.CatchUpAsync()).State, Is.EqualTo(["one", "two"]));
    }

    [Test]
    public async Task Concurrent_writers_each_decide_on_the_newest_state()
    {
        var logs = Enumerable.Range(0, 16).Select(_ => NoteLog.Open(_store)).ToArray();

        await Task.WhenAll(logs.SelectMany(log => Enumerable.Range(0, 10).Select(_ => Task.Run(() =>
            log.AppendAsync(static before => new NoteLog.Note($"{before.State.Count + 1}"), "tester")))));

        Assert.That((await NoteLog.Open(_store).CatchUpAsync()).State, Is.EqualTo(Enumerable.Range(1, 160).Select(static number => $"{number}")));
        Assert.That((await logs[0].ReplayAsync()).Snapshot.Sequence, Is.EqualTo(160));
    }

    [Test]
    public async Task A_refusal_records_nothing()
    {
        var log = NoteLog.Open(_store);

        await Assert.ThrowsAsync<InvalidOperationException>(() => log.AppendAsync(static _ => throw new InvalidOperationException(), "tester"));

        Assert.That((await log.CatchUpAsync()).Sequence, Is.Zero);
        await log.AddAsync("after");
    }

    [Test]
    public async Task Polling_without_new_events_costs_one_request()
    {
        var counting = new CountingStore(_store);
        var log = NoteLog.Open(counting);
        await log.AddAsync("one");
        counting.Reset();

        await log.CatchUpAsync();

        Assert.That(counting.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_checkpoint_limits_the_events_that_a_first_read_replays()
    {
        await AddAsync(3 * EventLog<NoteLog.Note, ImmutableList<string>>.CheckpointInterval + 7);
        var counting = new CountingStore(_store);

        var snapshot = await NoteLog.Open(counting).CatchUpAsync();

        Assert.That(snapshot.State, Has.Count.EqualTo(307));
        Assert.That(counting.Requests, Is.LessThan(20));
    }

    [TestCase("{")]
    [TestCase("null")]
    [TestCase("""{"format":1,"sequence":100,"digest":"00","state":[]}""")]
    [TestCase("""{"format":1,"sequence":-5,"digest":"0000000000000000000000000000000000000000000000000000000000000000","state":[]}""")]
    [TestCase("""{"format":2}""")]
    [TestCase(null)]
    public async Task Deleting_a_checkpoint_loses_no_data(string? json)
    {
        await AddAsync(105);
        var checkpoint = NoteLog.Folder.Append("checkpoint.json");
        await (json is null ? _store.DeleteAsync(checkpoint) : _store.WriteTextAsync(checkpoint, json));

        Assert.That((await NoteLog.Open(_store).CatchUpAsync()).State, Has.Count.EqualTo(105));
    }

    [Test]
    public async Task A_changed_event_is_reported_with_its_path()
    {
        await AddAsync(5);
        var text = await _store.ReadTextAsync(NoteLog.PathOf(3));
        await _store.WriteTextAsync(NoteLog.PathOf(3), text.Replace("note 3", "note X", StringComparison.Ordinal));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => NoteLog.Open(_store).ReplayAsync()))!;

        Assert.That(thrown.Path, Is.EqualTo(NoteLog.PathOf(3)));
        Assert.That(thrown.Expected, Is.EqualTo(Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(text))));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(40)]
    public async Task A_missing_event_is_found_and_named(int sequence)
    {
        await AddAsync(41);
        await _store.DeleteAsync(NoteLog.PathOf(sequence));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => NoteLog.Open(_store).ReplayAsync()))!;

        Assert.That(thrown.Path, Is.EqualTo(NoteLog.PathOf(sequence)));
    }

    [TestCase(2)]
    [TestCase(40)]
    public async Task Catching_up_does_not_end_at_a_missing_event_if_later_ones_were_read(int sequence)
    {
        await AddAsync(41);
        await _store.DeleteAsync(NoteLog.PathOf(sequence));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => NoteLog.Open(_store).CatchUpAsync()))!;

        Assert.That(thrown.Path, Is.EqualTo(NoteLog.PathOf(sequence)));
    }

    [Test]
    public async Task Two_swapped_events_are_detected()
    {
        await AddAsync(5);
        var (two, three) = (await _store.ReadBytesAsync(NoteLog.PathOf(2)), await _store.ReadBytesAsync(NoteLog.PathOf(3)));
        await _store.WriteBytesAsync(NoteLog.PathOf(2), three);
        await _store.WriteBytesAsync(NoteLog.PathOf(3), two);

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => NoteLog.Open(_store).ReplayAsync()))!;

        Assert.That(thrown.Path, Is.EqualTo(NoteLog.PathOf(2)));
    }

    [TestCase("{\"format\":1", "truncated or altered")]
    [TestCase("""{"format":7}""", "Update MlOps.Core")]
    [TestCase("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "truncated or altered")]
    [TestCase("""{"format":1,"sequence":1}""", "missing required properties")]
    public async Task An_event_that_cannot_be_read_is_an_error_that_names_it(string json, string fault)
    {
        await _store.WriteTextAsync(NoteLog.PathOf(1), json);

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => NoteLog.Open(_store).CatchUpAsync()))!;

        Assert.That(thrown.Path, Is.EqualTo(NoteLog.PathOf(1)));
        Assert.That(thrown.Message, Does.Contain(fault));
    }

    [Test]
    public async Task An_event_larger_than_the_maximum_is_not_read_into_memory()
    {
        await _store.WriteBytesAsync(NoteLog.PathOf(1), new byte[2 << 20]);

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => NoteLog.Open(_store).CatchUpAsync()))!;

        Assert.That(thrown.Message, Does.Contain("2097152 bytes"));
    }

    private async Task AddAsync(int count)
    {
        var log = NoteLog.Open(_store);
        for (var number = 1; number <= count; number++)
        {
            await log.AddAsync($"note {number}");
        }
    }

    [Test]
    public async Task An_append_is_refused_if_an_older_copy_of_the_log_was_restored_under_the_process()
    {
        var log = NoteLog.Open(_store);
        await log.AddAsync("one");
        await log.AddAsync("two");
        await _store.DeleteAsync(NoteLog.PathOf(2));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => log.AddAsync("three")))!;

        Assert.That(thrown.Message, Does.Contain("Event 2 of 'notes'").And.Contain("is missing").And.Contain("Nothing was recorded"));
        Assert.That(await _store.FindAsync(NoteLog.PathOf(3)), Is.Null);
    }

    [Test]
    public async Task An_append_is_refused_if_other_processes_continued_from_an_older_copy_of_the_log()
    {
        var log = NoteLog.Open(_store);
        await log.AddAsync("one");
        await log.AddAsync("two");
        await _store.DeleteAsync(NoteLog.PathOf(2));
        await NoteLog.Open(_store).AddAsync("other two");

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => log.AddAsync("three")))!;

        Assert.That(thrown.Message, Does.Contain("was replaced"));
        Assert.That((await NoteLog.Open(_store).CatchUpAsync()).State, Is.EqualTo(["one", "other two"]));
    }

    [Test]
    public async Task A_replay_ignores_the_checkpoint_and_reports_one_that_disagrees_with_the_events()
    {
        var log = NoteLog.Open(_store);
        for (var i = 0; i < EventLog<NoteLog.Note, ImmutableList<string>>.CheckpointInterval; i++)
        {
            await log.AddAsync($"{i}");
        }

        var checkpoint = NoteLog.Folder.Append("checkpoint.json");
        Assert.That((await NoteLog.Open(_store).ReplayAsync()).CheckpointFault, Is.Null);
        await _store.WriteTextAsync(checkpoint, (await _store.ReadTextAsync(checkpoint)).Replace("\"7\"", "\"seven\"", StringComparison.Ordinal));

        var replay = await NoteLog.Open(_store).ReplayAsync();

        Assert.That(replay.Snapshot.State, Has.Count.EqualTo(100).And.Contains("7"));
        Assert.That(replay.CheckpointFault, Is.TypeOf<DocumentFormatException>().With.Message.Contain("does not match the events up to 100"));
    }

    [Test]
    public async Task A_checkpoint_after_the_end_of_the_log_proves_that_events_are_missing()
    {
        var log = NoteLog.Open(_store);
        for (var i = 0; i < EventLog<NoteLog.Note, ImmutableList<string>>.CheckpointInterval; i++)
        {
            await log.AddAsync($"{i}");
        }

        await _store.DeleteAsync(NoteLog.PathOf(100));

        var thrown = (await Assert.ThrowsAsync<ArtifactIntegrityException>(() => NoteLog.Open(_store).ReplayAsync()))!;

        Assert.That(thrown.Path, Is.EqualTo(NoteLog.PathOf(100)));
        Assert.That(thrown.Message, Does.Contain("the log ends at event 99"));
    }

    [Test]
    public async Task A_checkpoint_of_another_log_is_not_used()
    {
        await AddAsync(100);
        var (other, checkpoint) = (new InMemoryArtifactStore(), NoteLog.Folder.Append("checkpoint.json"));
        var log = NoteLog.Open(other);
        for (var i = 0; i < 100; i++)
        {
            await log.AddAsync($"other {i}");
        }

        await _store.WriteBytesAsync(checkpoint, await other.ReadBytesAsync(checkpoint));

        Assert.That((await NoteLog.Open(_store).CatchUpAsync()).State[0], Is.EqualTo("note 1"));
    }

    [TestCase("{")]
    [TestCase("{\"format\":1,\"sequence\":0,\"digest\":\"0000000000000000000000000000000000000000000000000000000000000000\",\"state\":[]}")]
    public async Task A_checkpoint_that_cannot_be_used_is_a_warning_that_names_it(string text)
    {
        await NoteLog.Open(_store).AddAsync("one");
        await _store.WriteTextAsync(NoteLog.Folder.Append("checkpoint.json"), text);
        var logger = new FakeLogger();

        var snapshot = await new EventLog<NoteLog.Note, ImmutableList<string>>(_store, NoteLog.Folder, NoteLog.Schema, TimeProvider.System, logger)
            .CatchUpAsync();

        Assert.That(snapshot.State, Is.EqualTo(["one"]));
        Assert.That(logger.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(logger.LatestRecord.Message, Does.Contain("'notes/checkpoint.json'"));
    }
}
