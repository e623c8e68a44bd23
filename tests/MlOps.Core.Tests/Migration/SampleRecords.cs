using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Records versions in the same way as models and datasets: files by digest, a manifest that references them, and an event that
/// references the manifest.</summary>
internal sealed class SampleRecords(IArtifactStore store, string log) : IDisposable
{
    private readonly EventLog<NoteLog.Note, ImmutableList<string>> _log = new(
        store, ArtifactPath.Parse(log), NoteLog.Schema, TimeProvider.System, NullLogger.Instance);

    public static ArtifactPath EventPath(string log, int sequence) => ArtifactPath.Parse($"{log}/log/{sequence:D20}.json");

    public async Task AddAsync(params string[] files)
    {
        foreach (var file in files)
        {
            await WriteAsync(Encoding.UTF8.GetBytes(file), ArtifactWriteOptions.DefaultContentType);
        }

        var manifest = JsonSerializer.SerializeToUtf8Bytes(
            new { format = 1, files = files.Select(static file => new { sha256 = Sha256Digest.Of(Encoding.UTF8.GetBytes(file)).ToString() }) });
        var digest = await WriteAsync(manifest, StoredDocument.ContentType);
        await _log.AddAsync(digest.ToString());
    }

    /// <summary>Fills a store with two models, a dataset, artifacts of an application, and artifacts that no migration copies.</summary>
    public static async Task FillAsync(IArtifactStore store)
    {
        using (var churn = new SampleRecords(store, "models/churn"))
        using (var price = new SampleRecords(store, "models/preis – größe"))
        using (var sales = new SampleRecords(store, "datasets/sales"))
        {
            await sales.AddAsync("a,b\n1,2\n");
            await churn.AddAsync("weights 1", "labels");
            await churn.AddAsync("weights 2", "labels");
            await price.AddAsync("price weights");
            await sales.AddAsync("a,b\n1,2\n3,4\n");
            await churn.AddAsync("weights 3", "labels");
        }

        await store.WriteTextAsync(
            ArtifactPath.Parse(
                "reports/2026/märz.csv"), "x;y", new() { ContentType = "text/csv", Metadata = new Dictionary<string, string> { ["owner"] = "Jörg" } });
        await store.WriteTextAsync(ArtifactPath.Parse("a"), "first of all paths");
        await store.WriteTextAsync(ArtifactPath.Parse("zz/empty"), "");
        await store.WriteTextAsync(ArtifactPath.Parse("models/churn/checkpoint.json"), "{}");
        await store.WriteTextAsync(ArtifactPath.Parse("gc/mark"), "{}");
    }

    /// <summary>Reads all artifacts that a migration copies, with their attributes.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(IArtifactStore store, string? prefix = null)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var entry in store.ListAsync(prefix is null ? null : ArtifactPath.Parse(prefix)))
        {
            if (!StoreLayout.IsLocal(entry.Path))
            {
                var info = (await store.FindAsync(entry.Path))!;
                var metadata = string.Join(';', info.Metadata.Select(static pair => $"{pair.Key}={pair.Value}"));
                found[entry.Path.ToString()] = $"{Sha256Digest.Of(await store.ReadBytesAsync(entry.Path))} {info.ContentType} {metadata}";
            }
        }

        return found;
    }

    /// <summary>Asserts that the content of every event exists, and that no log has a gap.</summary>
    public static async Task AssertWholeAsync(IArtifactStore store)
    {
        foreach (var folder in StoreLayout.RecordFolders)
        {
            var (last, current) = (0L, "");
            await foreach (var entry in store.ListAsync(folder))
            {
                if (StoreLayout.TryParseEvent(entry.Path, out var log, out var sequence))
                {
                    last = log.ToString() == current ? last : 0;
                    Assert.That(sequence, Is.EqualTo(++last), $"'{entry.Path}' is there and the one before is not");
                    current = log.ToString();
                    await AssertNamedIsThereAsync(store, entry.Path);
                }
            }
        }
    }

    public void Dispose() => _log.Dispose();

    private static async Task AssertNamedIsThereAsync(IArtifactStore store, ArtifactPath path)
    {
        using var recorded = JsonDocument.Parse(await store.ReadBytesAsync(path));
        var manifest = Sha256Digest.Parse(recorded.RootElement.GetProperty("event").GetProperty("text").GetString()!);
        Assert.That(await store.FindAsync(ContentStore.PathOf(manifest)), Is.Not.Null, $"'{path}' is visible before the manifest it names");
        using var json = JsonDocument.Parse(await store.ReadBytesAsync(ContentStore.PathOf(manifest)));
        foreach (var file in json.RootElement.GetProperty("files").EnumerateArray())
        {
            var digest = Sha256Digest.Parse(file.GetProperty("sha256").GetString()!);
            Assert.That(await store.FindAsync(ContentStore.PathOf(digest)), Is.Not.Null, $"'{path}' is visible before a file it names");
        }
    }

    private async Task<Sha256Digest> WriteAsync(byte[] bytes, string contentType)
    {
        var digest = Sha256Digest.Of(bytes);
        try
        {
            await store.WriteBytesAsync(ContentStore.PathOf(digest), bytes, new() { Condition = WriteCondition.IfAbsent, ContentType = contentType });
        }
        catch (ArtifactExistsException)
        {
        }

        return digest;
    }
}
