using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MlOps.Content;
using MlOps.Maintenance;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Documents;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StoreMarkerTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly UnmountedStore _store = new();
    private readonly ModelRegistry _registry;

    public StoreMarkerTests() => _registry = new ModelRegistry(_store, timeProvider: _clock);

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task The_first_record_creates_a_marker_with_an_id_and_the_kinds_of_record()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());

        var marker = await ReadMarkerAsync(_store);
        Assert.That(marker["format"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(Guid.TryParse(marker["id"]!.GetValue<string>(), out _));
        Assert.That(marker["kinds"]!.AsArray().Select(static kind => kind!.GetValue<string>()), Is.EqualTo(new[] { "models" }));
    }

    [Test]
    public async Task A_marker_that_is_created_during_a_read_is_not_reported_as_missing()
    {
        var store = new LateStore(new InMemoryArtifactStore());
        var marker = StoreMarker.Of(store);
        store.BeforeAbsence = async () => await marker.EnsureAsync(CancellationToken.None);

        await marker.ConfirmAsync(CancellationToken.None);

        Assert.That(marker.Id, Is.Not.Null);
        await marker.ConfirmAsync(CancellationToken.None);
    }

    [Test]
    public async Task Processes_that_record_at_once_create_one_marker()
    {
        var inner = new InMemoryArtifactStore();
        var registries = Enumerable.Range(0, 8).Select(_ => new ModelRegistry(new CountingStore(inner))).ToArray();

        await Task.WhenAll(registries.Select((registry, i) => registry.RegisterAsync($"model-{i}", _registrations.Plain())));

        foreach (var registry in registries)
        {
            Assert.That(await registry.ListAsync().CountAsync(), Is.EqualTo(8));
        }
    }

    [Test]
    public async Task A_store_that_becomes_empty_is_unavailable_to_a_process_that_read_the_marker()
    {
        var version = await _registry.RegisterAsync("churn", _registrations.Plain());
        var id = (await ReadMarkerAsync(_store))["id"]!.GetValue<string>();
        _store.Unmount();
        _clock.Advance(TimeSpan.FromSeconds(10));

        await AssertUnavailableAsync(() => _registry.FindAsync("churn"), id);
        await AssertUnavailableAsync(() => _registry.FindAsync("unknown"), id);
        await AssertUnavailableAsync(() => _registry.ListAsync().CountAsync().AsTask(), id);
        await AssertUnavailableAsync(() => _registry.ReadHistoryAsync("churn").CountAsync().AsTask(), id);
        await AssertUnavailableAsync(() => _registry.OpenAsync(version), id);
        await AssertUnavailableAsync(() => _registry.RegisterAsync("churn", _registrations.Plain()), id);
        await AssertUnavailableAsync(() => _registry.SetAliasAsync("churn", "production", 1), id);
        await AssertUnavailableAsync(() => _registry.RegisterAsync("another", _registrations.Plain()), id);
        Assert.That(await _store.ListAsync().AnyAsync(), Is.False, "Nothing is written to a store that is not mounted.");

        _store.Mount();
        Assert.That((await _registry.SetAliasAsync("churn", "production", 1)).Find("production"), Is.Not.Null);
    }

    [Test]
    public async Task A_process_that_read_the_marker_refuses_another_store_with_both_ids()
    {
        var other = new InMemoryArtifactStore();
        await new ModelRegistry(other).RegisterAsync("churn", _registrations.Plain());
        await _registry.RegisterAsync("churn", _registrations.Plain());
        var (id, otherId) = ((await ReadMarkerAsync(_store))["id"]!.GetValue<string>(), (await ReadMarkerAsync(other))["id"]!.GetValue<string>());
        _store.Unmount(other);

        var thrown = await AssertUnavailableAsync(() => _registry.SetAliasAsync("churn", "production", 1), id);

        Assert.That(thrown.Message, Does.Contain(otherId));
    }

    [Test]
    public async Task Polling_without_new_events_reads_the_marker_once_in_ten_seconds()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        _store.Requests = 0;
        for (var look = 0; look < 20; look++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await _registry.FindAsync("churn");
        }

        Assert.That(_store.Requests, Is.EqualTo(22));
    }

    [Test]
    public async Task A_store_older_than_markers_works_and_gets_one_with_the_next_record()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _store.DeleteAsync(StoreMarker.Path);
        var later = new ModelRegistry(new CountingStore(_store));

        Assert.That(await later.FindAsync("churn"), Is.Not.Null);
        Assert.That(await later.FindAsync("unknown"), Is.Null);
        Assert.That(await later.ListAsync().CountAsync(), Is.EqualTo(1));
        Assert.That(await _store.FindAsync(StoreMarker.Path), Is.Null, "Reading writes nothing.");
        await later.SetAliasAsync("churn", "production", 1);

        Assert.That((await ReadMarkerAsync(_store))["kinds"]!.AsArray(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_marker_with_a_newer_format_is_an_error_that_names_it()
    {
        await _registry.RegisterAsync("churn", _registrations.Plain());
        await _store.WriteBytesAsync(StoreMarker.Path, """{"format":2,"shape":"new"}"""u8.ToArray());

        var thrown = await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(new CountingStore(_store)).FindAsync("churn"));

        Assert.That(thrown!.Message, Does.Contain("'mlops-store.json'").And.Contain("format 2"));
    }

    [TestCase("")]
    [TestCase(""","kinds":null,"copiedFrom":null""")]
    public async Task A_marker_without_kinds_and_origins_has_none_and_gets_the_kind_of_the_next_record(string rest)
    {
        var id = Guid.NewGuid();
        await _store.WriteTextAsync(StoreMarker.Path, $$"""{"format":1,"id":"{{id}}"{{rest}}}""");

        await _registry.RegisterAsync("churn", _registrations.Plain());

        var marker = await ReadMarkerAsync(_store);
        Assert.That(marker["id"]!.GetValue<Guid>(), Is.EqualTo(id));
        Assert.That((marker["kinds"]!.ToJsonString(), marker["copiedFrom"]!.ToJsonString()), Is.EqualTo(("[\"models\"]", "[]")));
        Assert.That((await _registry.SetAliasAsync("churn", "production", 1)).Find("production"), Is.Not.Null);
    }

    [TestCase("""{"format":1,"id":"00000000-0000-0000-0000-000000000000"}""", "which is not valid")]
    [TestCase("""{"format":0,"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff"}""", "format 0")]
    [TestCase("""{"format":-1,"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff"}""", "format -1")]
    [TestCase("""{"format":1,"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","kinds":[null]}""", "null or empty")]
    [TestCase("""{"format":1,"id":null}""", "truncated or altered")]
    public async Task A_marker_with_a_value_that_is_not_valid_is_an_error_and_nothing_is_recorded(string marker, string part)
    {
        await _store.WriteTextAsync(StoreMarker.Path, marker);

        var thrown = await Assert.ThrowsAsync<DocumentFormatException>(() => _registry.RegisterAsync("churn", _registrations.Plain()));

        Assert.That(thrown!.Message, Does.Contain("'mlops-store.json'").And.Contain(part));
        Assert.That(await _store.ListAsync(ArtifactPath.Parse("models")).AnyAsync(), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_folder_on_a_disk_that_is_gone_or_empty_is_not_mounted(bool isEmpty)
    {
        using var folder = new TemporaryFolder();
        var root = Path.Combine(folder.Path, "store");
        var registry = new ModelRegistry(new LocalDiskArtifactStore(new LocalDiskStorageOptions { Root = root }));
        await registry.RegisterAsync("churn", _registrations.Plain());
        Directory.Move(root, Path.Combine(folder.Path, "unmounted"));
        if (isEmpty)
        {
            Directory.CreateDirectory(root);
        }

        await AssertUnavailableAsync(() => registry.FindAsync("unknown"), "mlops-store.json");
        await AssertUnavailableAsync(() => registry.SetAliasAsync("churn", "production", 1), "mlops-store.json");
    }

    [Test]
    public async Task A_collection_in_an_unmounted_store_stops()
    {
        var archive = new NoteArchive(_store, _clock);
        await archive.RegisterAsync("one");
        _store.Unmount();

        await AssertUnavailableAsync(() => archive.CollectAsync(), "mlops-store.json");
        await AssertUnavailableAsync(() => archive.Maintain().VerifyAsync(), "mlops-store.json");
    }

    [Test]
    public async Task Content_in_an_unmounted_store_is_not_reported_as_missing()
    {
        var content = new ContentStore(_store, _clock);
        var write = await content.BeginWriteAsync();
        var digest = await write.AddBytesAsync([1], "application/octet-stream");
        _store.Unmount();

        await AssertUnavailableAsync(() => content.OpenReadAsync(digest), "mlops-store.json");
    }

    private static async Task<JsonObject> ReadMarkerAsync(IArtifactStore store) => JsonNode.Parse(await store.ReadBytesAsync(StoreMarker.Path))!.AsObject();

    private static async Task<ProviderException> AssertUnavailableAsync(Func<Task> act, string part)
    {
        var thrown = await Assert.ThrowsAsync<ProviderException>(act);
        Assert.That(thrown!.Message, Does.Contain("not mounted").And.Contain(part));
        return thrown;
    }

    /// <summary>A store whose first read of the marker finds none, and returns after another operation has completed.</summary>
    private sealed class LateStore(IArtifactStore inner) : DelegatingStore(inner)
    {
        public Func<Task>? BeforeAbsence { get; set; }

        protected override async Task BeforeAsync(StoreCall call, ArtifactPath? path)
        {
            if (call == StoreCall.Read && path == StoreMarker.Path && BeforeAbsence is { } action)
            {
                BeforeAbsence = null;
                await action();
                throw new ArtifactNotFoundException(path);
            }
        }
    }
}
