using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Maintenance;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Testing;
using MlOps.Tests.Backends;

namespace MlOps.Records;

/// <summary>Processes that are killed while they register, promote and snapshot.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RecordProcessesTests : IDisposable
{
    private const int LooksInRound = 5;
    private const string Model = "churn";
    private const string Promoted = "price";
    private const string Dataset = "sales";
    private static readonly int s_rounds = Soak.Count(reduced: 10, full: 60);
    private readonly TemporaryFolder _folder = new();
    private readonly Random _random = new(20261123);
    private readonly List<(string Command, string Line)> _acknowledged = [];

    private Dictionary<string, string> Settings => new()
    {
        ["MlOps:Storage:Provider"] = "LocalDisk",
        ["MlOps:Storage:LocalDisk:Root"] = Path.Combine(_folder.Path, "store"),
    };

    public void Dispose() => _folder.Dispose();

    [Test]
    [Category("Soak")]
    public async Task After_hundreds_of_kills_the_store_is_intact_and_a_collection_removes_only_the_orphans()
    {
        await using var services = Open(TimeProvider.System);
        await RegisterAsync(services, Promoted);
        await RegisterAsync(services, Promoted);
        await using var other = Open(TimeProvider.System);

        for (var round = 0; round < s_rounds; round++)
        {
            var folders = Enumerable.Range(0, 3).Select(worker => Directory.CreateDirectory(Path.Combine(_folder.Path, $"{round}-{worker}")).FullName)
                .ToArray();
            await Task.WhenAll(
                RunAndKillAsync("register-forever", Model, folders[0]),
                RunAndKillAsync("register-forever", Model, folders[1]),
                RunAndKillAsync("snapshot-forever", Dataset, folders[2]),
                RunAndKillAsync("promote-forever", Promoted),
                LookAsync(other));
        }

        await AssertWholeAsync(services);
        await AssertAcknowledgedIsThereAsync(services);
        var used = await ReadUsedAsync(services);
        var orphans = (await ReadStoredAsync(services)).Except(used).Count();
        await CollectAsync();
        Assert.That(await ReadStoredAsync(services), Is.EquivalentTo(used));
        await AssertWholeAsync(services);
        await AssertWorkGoesOnAsync(services);
        await TestContext.Out.WriteLineAsync($"{s_rounds * 4} kills, {_acknowledged.Count} changes acknowledged, {orphans} orphans among {used.Count} files.");
    }

    private static async Task AssertWholeAsync(IServiceProvider services)
    {
        var report = await services.GetRequiredService<IStoreMaintenance>().VerifyAsync();
        Assert.That(report.Faults, Is.Empty);
        Assert.That(report.IsSound, Is.True);
        var model = await services.GetRequiredService<IModelRegistry>().FindAsync(Model);
        Assert.That(model!.Versions.Select(static version => version.Number), Is.EqualTo(Enumerable.Range(1, model.Versions.Count)));
    }

    /// <summary>Collects garbage after one grace period and after another.</summary>
    private async Task CollectAsync()
    {
        foreach (var days in new[] { 2, 4 })
        {
            await using var services = Open(new AdvancedClock(TimeSpan.FromDays(days)));
            await services.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync();
        }
    }

    private async Task AssertWorkGoesOnAsync(IServiceProvider services)
    {
        var registry = services.GetRequiredService<IModelRegistry>();
        var last = (await registry.FindAsync(Model))!.Versions[^1].Number;
        Assert.That((await RegisterAsync(services, Model)).Number, Is.EqualTo(last + 1));
        Assert.That((await registry.SetAliasAsync(Promoted, "production", 1)).Aliases["production"].Version, Is.EqualTo(1));
        var datasets = services.GetRequiredService<IDatasetStore>();
        var newest = (await datasets.FindAsync(Dataset))!.Newest!.Number;
        Assert.That((await datasets.SnapshotAsync(Dataset, Path.Combine(_folder.Path, "model.bin"))).Number, Is.EqualTo(newest + 1));
    }

    private async Task AssertAcknowledgedIsThereAsync(IServiceProvider services)
    {
        var registry = services.GetRequiredService<IModelRegistry>();
        var moves = await registry.ReadHistoryAsync(Promoted).Select(static entry => entry.Actor).ToHashSetAsync();
        foreach (var (command, line) in _acknowledged)
        {
            var words = line.Split(' ');
            var there = command switch
            {
                "promote-forever" => moves.Contains(line),
                "register-forever" =>
                    (await registry.OpenAsync(await registry.GetVersionAsync(Model, words[0]))).Files.Any(file => file.Sha256.ToString() == words[1]),
                _ =>
                    (
                        await services.GetRequiredService<IDatasetStore>()
                            .OpenAsync(new DatasetReference(Dataset, int.Parse(words[0], CultureInfo.InvariantCulture)))).Version.Digest.ToString() == words[1],
            };
            Assert.That(there, Is.True, $"{command}: '{line}' was acknowledged and is lost");
        }
    }

    private static async Task<HashSet<Sha256Digest>> ReadUsedAsync(IServiceProvider services)
    {
        var used = new HashSet<Sha256Digest>();
        foreach (var roots in services.GetKeyedServices<IRecordKind>("LocalDisk"))
        {
            await foreach (var (digest, _) in roots.ReadUsedAsync())
            {
                used.Add(digest);
            }
        }

        return used;
    }

    private static async Task<HashSet<Sha256Digest>> ReadStoredAsync(IServiceProvider services) =>
        await services.GetRequiredService<IArtifactStore>().ListAsync(ArtifactPath.Parse("blobs")).Select(static entry => Sha256Digest.Parse(entry.Path.Name))
            .ToHashSetAsync();

    /// <summary>Opens the newest versions several times while the workers run. Every visible version must be complete.</summary>
    private static async Task LookAsync(IServiceProvider services)
    {
        var store = services.GetRequiredService<IArtifactStore>();
        var (registry, datasets) = (services.GetRequiredService<IModelRegistry>(), services.GetRequiredService<IDatasetStore>());
        for (var look = 0; look < LooksInRound; look++)
        {
            var (model, dataset) = (await registry.FindAsync(Model), await datasets.FindAsync(Dataset));
            IReadOnlyList<ContentFile> files =
            [
                .. model is null ? [] : (await registry.OpenAsync(model.Versions[^1])).Files,
                .. dataset?.Newest is { } newest ? (await datasets.OpenAsync(newest.Reference)).Files : [],
            ];
            foreach (var file in files)
            {
                Assert.That(Sha256Digest.Of(await store.ReadBytesAsync(ContentStore.PathOf(file.Sha256))), Is.EqualTo(file.Sha256));
            }
        }
    }

    private async Task<ModelVersion> RegisterAsync(IServiceProvider services, string model)
    {
        var file = Path.Combine(_folder.Path, "model.bin");
        await File.WriteAllTextAsync(file, $"weights {Guid.NewGuid()}");
        return await services.GetRequiredService<IModelRegistry>().RegisterAsync(model, new ModelRegistration { Format = "onnx", Files = [file] });
    }

    /// <summary>Starts a worker and kills it after a number of changes.</summary>
    private async Task RunAndKillAsync(params string[] command)
    {
        using var process = await WorkerProcess.StartAsync(Settings, command);
        process.Release();
        var (left, spins) = (0, 0);
        lock (_random)
        {
            (left, spins) = (_random.Next(4), _random.Next(2_000_000));
        }

        var lines = new List<string>();
        for (; left > 0; left--)
        {
            lines.Add(await process.RequireLineAsync());
        }

        Thread.SpinWait(spins);
        lines.AddRange(await process.KillAsync());
        lock (_acknowledged)
        {
            _acknowledged.AddRange(lines.Select(line => (command[0], line)));
        }
    }

    private ServiceProvider Open(TimeProvider clock)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings!).Build();
        return new ServiceCollection().AddSingleton(clock).AddMlOps(configuration).Services.BuildServiceProvider();
    }

    /// <summary>A clock that is ahead of the system clock. It advances, because a store uses it to wait for locks.</summary>
    private sealed class AdvancedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
