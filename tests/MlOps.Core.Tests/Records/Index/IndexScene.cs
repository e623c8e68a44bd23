using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>Datasets whose descriptions are set, in a store of their own, by any number of processes.</summary>
internal sealed class IndexScene : IDisposable
{
    public const string Kind = "datasets";
    private readonly List<DatasetRecords> _processes = [];

    public IndexScene() => Store = new InMemoryArtifactStore(Clock);

    public InMemoryArtifactStore Store { get; }

    public FakeTimeProvider Clock { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public static ArtifactPath ShardOf(string name) => IndexPaths.Shard(Kind, IndexPaths.ShardOf(name));

    public static ArtifactPath EventOf(string name, int sequence) => ArtifactPath.Parse($"{Kind}/{name}/log/{sequence:D20}.json");

    /// <summary>Makes a process over the store, or over what it reaches the store by.</summary>
    public DatasetRecords Open(IArtifactStore? through = null)
    {
        through ??= new CountingStore(Store); // a process has a marker of its own
        var records = new DatasetRecords(through, new DatasetManifestReader(new ContentStore(through, Clock)), "tester", Clock, new FakeLogger(Logs));
        _processes.Add(records);
        return records;
    }

    /// <summary>Sets the description of a dataset, as a process of its own or one that is given.</summary>
    public Task DescribeAsync(string name, string text, DatasetRecords? records = null) => (records ?? Open()).AppendAsync(
        name, _ => new DatasetEvent { Kind = DatasetEventKind.Change, Description = text }, null, CancellationToken.None);

    /// <summary>Lists the datasets in a process of its own.</summary>
    /// <returns>Their names and descriptions, and the number of requests.</returns>
    public async Task<(string[] Listed, int Requests)> ListAsync()
    {
        var counting = new CountingStore(Store);
        var listed = await ListAsync(Open(counting));
        return (listed, counting.Requests);
    }

    public static async Task<string[]> ListAsync(DatasetRecords records) =>
        await records.ListAsync(CancellationToken.None).Select(static record => $"{record.Name}: {record.Snapshot.State.Description}").ToArrayAsync();

    /// <summary>Lists what is below a folder.</summary>
    public async Task<string[]> FindAsync(string folder) =>
        await Store.ListAsync(ArtifactPath.Parse(folder)).Select(static entry => entry.Path.ToString()).ToArrayAsync();

    public Task<string[]> FindAnnouncementsAsync() => FindAsync($"index/{Kind}/announced");

    /// <summary>Deletes the index, as a user may at any time.</summary>
    public async Task DeleteIndexAsync()
    {
        foreach (var path in await FindAsync("index"))
        {
            await Store.DeleteAsync(ArtifactPath.Parse(path));
        }
    }

    /// <summary>Verifies the store.</summary>
    /// <returns>The faults.</returns>
    public async Task<string[]> VerifyAsync()
    {
        var maintenance = new StoreMaintenance(Store, [Open()], Clock, new Microsoft.Extensions.Logging.Abstractions.NullLogger<StoreMaintenance>());
        return [.. (await maintenance.VerifyAsync()).Faults.Select(static fault => $"{fault.Path} {fault.Message}")];
    }

    /// <summary>Gets the messages that were logged at a level.</summary>
    public string[] Logged(LogLevel level) => [.. Logs.GetSnapshot().Where(record => record.Level == level).Select(static record => record.Message)];

    public void Dispose() => _processes.ForEach(static process => process.Dispose());
}
