using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

/// <summary>Verifies that a damaged or hostile document is an error that names the document.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class HostileDocumentTests : IDisposable
{
    private readonly Registrations _registrations = new();
    private readonly InMemoryArtifactStore _store = new();

    public void Dispose() => _registrations.Delete();

    [SetUp]
    public async Task RegisterAndPromoteAsync()
    {
        var registry = new ModelRegistry(_store);
        await _registrations.AddDatasetAsync(_store);
        await registry.RegisterAsync("churn", _registrations.Complete());
        await registry.SetAliasAsync("churn", "production", 1);
    }

    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":\"teleported\"", "It was written by a newer version of MlOps.Core")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":\"AliasSet\"", "It was written by a newer version of MlOps.Core")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":6", "truncated or altered")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":null", "Update MlOps.Core")]
    [TestCase("\"kind\":\"aliasSet\",", "", "truncated or altered")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":\"aliasSet\",\"kind\":\"archived\"", "truncated or altered")]
    [TestCase("\"format\":1", "\"format\":2", "Update MlOps.Core")]
    [TestCase("\"version\":1", "\"version\":7", "names version 7, which does not exist")]
    [TestCase("\"version\":1,", "", "which does not exist")]
    [TestCase("\"version\":1", "\"version\":99999999999", "truncated or altered")]
    [TestCase("\"alias\":\"production\"", "\"tags\":{}", "lacks a property that its kind requires")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":\"rolledBack\",\"steps\":1", "did not point at")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":\"registered\"", "lacks a property that its kind requires")]
    [TestCase("\"kind\":\"aliasSet\"", "\"kind\":\"tagged\",\"tags\":{\"a\":null}", "")]
    public async Task An_altered_last_event_is_an_error_that_names_it(string part, string altered, string fault)
    {
        await AlterAsync(2, part, altered);
        if (fault.Length == 0)
        {
            Assert.That(await new ModelRegistry(_store).FindAsync("churn"), Is.Not.Null);
            return;
        }

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(_store).FindAsync("churn")))!;

        Assert.That(thrown.Path, Is.EqualTo(EventOf("churn", 2)));
        Assert.That(thrown.Message, Does.Contain(fault));
    }

    [TestCase("\"number\":1", "\"number\":2")]
    [TestCase("\"version\":1", "\"version\":2")]
    [TestCase("\"metrics\":{", "\"metrics\":null,\"x\":{")]
    [TestCase("\"format\":\"onnx\",", "")]
    [TestCase("\"auc\":0.9", "\"auc\":\"high\"")]
    [TestCase("\"type\":\"float32\"", "\"type\":\"quaternion\"")]
    [TestCase("\"status\":\"ready\"", "\"status\":\"unheardOf\"")]
    public async Task An_altered_registration_is_an_error_that_names_it(string part, string altered)
    {
        await AlterAsync(1, part, altered);
        await _store.DeleteAsync(EventOf("churn", 2));

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(_store).FindAsync("churn")))!;

        Assert.That(thrown.Path, Is.EqualTo(EventOf("churn", 1)));
    }

    [Test]
    public async Task An_event_cut_anywhere_is_an_error_that_names_it()
    {
        var path = EventOf("churn", 2);
        var bytes = await _store.ReadBytesAsync(path);
        for (var length = 0; length < bytes.Length; length++)
        {
            await _store.WriteBytesAsync(path, bytes[..length]);

            Assert.That((await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(_store).FindAsync("churn")))!.Path, Is.EqualTo(path));
        }
    }

    [Test]
    public async Task A_bit_flipped_anywhere_in_an_event_before_the_last_is_found()
    {
        var path = EventOf("churn", 1);
        var bytes = await _store.ReadBytesAsync(path);
        for (var at = 0; at < bytes.Length; at += 7)
        {
            bytes[at] ^= 1;
            await _store.WriteBytesAsync(path, bytes);
            bytes[at] ^= 1;

            Assert.That(await FindFaultsAsync(), Has.Count.EqualTo(1), $"byte {at}");
        }
    }

    [Test]
    public async Task A_document_nested_too_deeply_is_an_error_that_names_it()
    {
        await AlterAsync(2, "\"alias\":\"production\"", "\"alias\":" + new string('[', 50_000));

        await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(_store).FindAsync("churn"));
    }

    [Test]
    public async Task An_unknown_kind_is_an_error_in_the_history_too()
    {
        await AlterAsync(2, "\"kind\":\"aliasSet\"", "\"kind\":\"teleported\"");

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(async () => await new ModelRegistry(_store).ReadHistoryAsync("churn").CountAsync()))!;

        Assert.That(thrown.Message, Does.Contain("Update MlOps.Core"));
    }

    [TestCase("../../etc/passwd")]
    [TestCase("/etc/passwd")]
    public async Task A_manifest_cannot_write_outside_the_folder(string path)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"format":1,"files":[{"path":"{{path}}","size":0,"sha256":"{{Sha256Digest.Of([])}}"}]}""");
        var digest = Sha256Digest.Of(json);
        await _store.WriteBytesAsync(ContentStore.PathOf(digest), json);
        var version = (await new ModelRegistry(_store).GetVersionAsync("churn", "1")).With(copy => copy.Manifest = digest);

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(_store).OpenAsync(version)))!;

        Assert.That(thrown.Message, Does.Contain(ContentStore.PathOf(digest).ToString()).And.Contain("no valid path"));
    }

    [TestCase("{")]
    [TestCase("""{"format":1}""")]
    [TestCase("""{"format":1,"files":[{"path":"a"}]}""")]
    [TestCase("""{"format":1,"files":null}""")]
    [TestCase("""{"format":9}""")]
    public async Task An_invalid_manifest_is_an_error_that_names_it(string json)
    {
        var digest = Sha256Digest.Of(Encoding.UTF8.GetBytes(json));
        await _store.WriteTextAsync(ContentStore.PathOf(digest), json);
        var version = (await new ModelRegistry(_store).GetVersionAsync("churn", "1")).With(copy => copy.Manifest = digest);

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => new ModelRegistry(_store).OpenAsync(version)))!;

        Assert.That(thrown.Path, Is.EqualTo(ContentStore.PathOf(digest)));
    }

    [Test]
    public async Task Every_digest_of_a_version_is_referenced_with_its_owner()
    {
        await new ModelRegistry(_store).RegisterAsync("other", _registrations.Plain());
        await new ModelRegistry(_store).RegisterAsync("other", _registrations.Plain(auc: 1));
        await new ModelRegistry(_store).DeleteVersionAsync("other", 1);

        var roots = await Records().ReadUsedAsync().ToListAsync();
        var manifests = new DatasetManifestReader(new ContentStore(_store, TimeProvider.System));
        using var datasets = new DatasetRecords(_store, manifests, "ada", TimeProvider.System, NullLogger.Instance);
        var data = await datasets.ReadUsedAsync().ToListAsync();

        Assert.That(roots.Select(static root => root.Owner).Distinct(), Is.EqualTo(["model 'churn' version 1", "model 'other' version 2"]));
        var blobs = await _store.ListAsync(ArtifactPath.Parse("blobs")).Select(static entry => entry.Path.Name).ToListAsync();
        Assert.That(roots.Concat(data).Select(static root => root.Digest.ToString()).Distinct(), Is.EquivalentTo(blobs));
    }

    [Test]
    public async Task Unreadable_content_is_not_treated_as_unused()
    {
        var version = await new ModelRegistry(_store).GetVersionAsync("churn", "1");
        await _store.DeleteAsync(ContentStore.PathOf(version.Manifest));

        await Assert.ThrowsAsync<ArtifactNotFoundException>(async () => await Records().ReadUsedAsync().CountAsync());
    }

    [Test]
    public async Task Each_damaged_log_is_one_fault()
    {
        Assert.That(await FindFaultsAsync(), Is.Empty);
        await new ModelRegistry(_store).CreateAsync("other");
        await AlterAsync(1, "\"auc\":0.9", "\"auc\":0.8");
        await _store.WriteTextAsync(EventOf("other", 1), "{");

        var faults = await FindFaultsAsync();

        Assert.That(faults.OfType<ArtifactIntegrityException>().Single().Path, Is.EqualTo(EventOf("churn", 1)));
        Assert.That(faults.OfType<DocumentFormatException>().Single().Path, Is.EqualTo(EventOf("other", 1)));
    }

    private static ArtifactPath EventOf(string model, long sequence) => EventPath.Of(ArtifactPath.Parse($"models/{model}"), sequence);

    private ModelRecords Records() => new ModelRecords(_store, new ContentStore(_store, TimeProvider.System), "ada", TimeProvider.System, NullLogger.Instance);

    private Task<List<MlOpsException>> FindFaultsAsync() => Records().ReadFaultsAsync();

    private async Task AlterAsync(long sequence, string part, string altered)
    {
        var path = EventOf("churn", sequence);
        var text = await _store.ReadTextAsync(path);
        Assert.That(text, Does.Contain(part));
        await _store.WriteTextAsync(path, text.Replace(part, altered, StringComparison.Ordinal));
    }
}
