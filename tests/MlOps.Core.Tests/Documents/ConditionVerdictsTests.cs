using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Providers;
using MlOps.Storage;

namespace MlOps.Documents;

public sealed class ConditionVerdictsTests
{
    [TestCase("""{"format":1,"verdicts":null}""")]
    [TestCase("""{"format":1,"verdicts":[null]}""")]
    [TestCase("""{"format":1,"verdicts":[{"target":"server","verdict":null}]}""")]
    [TestCase("""{"format":1,"verdicts":[{"target":null,"verdict":"works"}]}""")]
    [TestCase("""{"format":1,"verdicts":[{}]}""")]
    [TestCase("""{"format":0,"verdicts":[{"target":"server","verdict":"works"}]}""")]
    [TestCase("""{"format":1}""")]
    [TestCase("null")]
    public async Task A_document_that_cannot_be_read_is_a_warning_and_is_replaced(string document)
    {
        var store = new ProbedStore();
        var logger = new FakeLogger();
        await store.WriteTextAsync(ConditionVerdicts.Path, document);
        ConditionVerdicts.KeepFor(store, logger);

        Assert.That(await store.FindVerdictAsync(CancellationToken.None), Is.Null);
        Assert.That(logger.LatestRecord.Message, Does.Contain("'mlops-conditions.json' cannot be read"));
        await store.SaveVerdictAsync("works", CancellationToken.None);

        Assert.That(await store.FindVerdictAsync(CancellationToken.None), Is.EqualTo("works"));
        var saved = JsonNode.Parse(await store.ReadBytesAsync(ConditionVerdicts.Path))!;
        Assert.That(saved["verdicts"]!.AsArray(), Has.Count.EqualTo(1));
    }

    /// <summary>A store whose server is probed.</summary>
    private sealed class ProbedStore : IArtifactStore, IConditionProbe
    {
        private readonly InMemoryArtifactStore _inner = new();

        public string Target => "server";

        public Func<CancellationToken, Task<string?>> FindVerdictAsync { get; private set; } = static _ => Task.FromResult<string?>(null);

        public Func<string, CancellationToken, Task> SaveVerdictAsync { get; private set; } = static (_, _) => Task.CompletedTask;

        public void UseVerdicts(Func<CancellationToken, Task<string?>> find, Func<string, CancellationToken, Task> save) =>
            (FindVerdictAsync, SaveVerdictAsync) = (find, save);

        public Task VerifyAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task<ArtifactInfo?> FindAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _inner.FindAsync(path, cancellationToken);

        public Task<ArtifactContent?> OpenReadAsync(ArtifactPath path, ArtifactReadOptions options, CancellationToken cancellationToken = default) =>
            _inner.OpenReadAsync(path, options, cancellationToken);

        public Task<ArtifactWriteResult> WriteAsync(
            ArtifactPath path, Stream content, ArtifactWriteOptions? options = null, CancellationToken cancellationToken = default) =>
            _inner.WriteAsync(path, content, options, cancellationToken);

        public Task DeleteAsync(ArtifactPath path, CancellationToken cancellationToken = default) => _inner.DeleteAsync(path, cancellationToken);

        public IAsyncEnumerable<ArtifactEntry> ListAsync(
            ArtifactPath? prefix = null, ArtifactPath? after = null, CancellationToken cancellationToken = default) =>
            _inner.ListAsync(prefix, after, cancellationToken);

        public object? GetService(Type serviceType) => serviceType.IsInstanceOfType(this) ? this : null;
    }
}
