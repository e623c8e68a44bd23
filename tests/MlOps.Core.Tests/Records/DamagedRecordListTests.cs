using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using MlOps.Datasets;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Records;

/// <summary>A damaged record does not affect others: listings and searches omit it and log a warning.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DamagedRecordListTests : IAsyncDisposable
{
    private readonly InMemoryArtifactStore _store = new();
    private readonly FakeLogCollector _logs = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services;

    public DamagedRecordListTests() => _services = Open();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Models_beside_a_damaged_one_are_listed_and_found()
    {
        var registry = _services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("a", new ModelRegistration { Format = "onnx", Files = [Write()] });
        await registry.RegisterAsync("b", new ModelRegistration { Format = "onnx", Files = [Write()] });
        await DamageAsync("models/a");
        await using var cold = Open();

        Assert.That((await cold.GetRequiredService<IModelRegistry>().ListAsync().SingleAsync()).Name, Is.EqualTo("b"));
        Assert.That((await cold.GetRequiredService<IModelRegistry>().SearchAsync("").SingleAsync()).Model, Is.EqualTo("b"));
        AssertWarning("model 'a'");
        await Assert.ThrowsAsync<DocumentFormatException>(() => cold.GetRequiredService<IModelRegistry>().FindAsync("a"));
    }

    [Test]
    public async Task Datasets_beside_a_damaged_one_are_listed()
    {
        var datasets = _services.GetRequiredService<IDatasetStore>();
        await datasets.SnapshotAsync("a", Write());
        await datasets.SnapshotAsync("b", Write());
        await DamageAsync("datasets/a");
        await using var cold = Open();

        Assert.That((await cold.GetRequiredService<IDatasetStore>().ListAsync().SingleAsync()).Name, Is.EqualTo("b"));
        AssertWarning("dataset 'a'");
    }

    [Test]
    public async Task Experiments_beside_a_damaged_one_are_listed()
    {
        var experiments = _services.GetRequiredService<IExperimentStore>();
        await experiments.ChangeAsync("a", new ExperimentChange());
        await experiments.ChangeAsync("b", new ExperimentChange());
        await DamageAsync("experiments/a");
        await using var cold = Open();

        Assert.That((await cold.GetRequiredService<IExperimentStore>().ListAsync().SingleAsync()).Name, Is.EqualTo("b"));
        AssertWarning("experiment 'a'");
    }

    private ServiceProvider Open() => new ServiceCollection()
        .AddLogging(builder => builder.AddProvider(new FakeLoggerProvider(_logs)))
        .AddMlOps(static options => options.Storage.Provider = "Mine").AddArtifactStore("Mine", _ => _store).Services.BuildServiceProvider();

    /// <summary>Damages a record. Without an index, the logs are read.</summary>
    private async Task DamageAsync(string folder)
    {
        await _store.WriteTextAsync(ArtifactPath.Parse($"{folder}/log/{1:D20}.json"), "{");
        foreach (var entry in await _store.ListAsync(ArtifactPath.Parse("index")).ToListAsync())
        {
            await _store.DeleteAsync(entry.Path);
        }
    }

    private void AssertWarning(string record) => Assert.That(
        _logs.GetSnapshot().Where(static entry => entry.Level == LogLevel.Warning).Select(static entry => entry.Message),
        Has.Some.Contains($"The {record} is damaged and was omitted"));

    private string Write()
    {
        var file = Path.Combine(_folder.Path, "a.txt");
        File.WriteAllText(file, "1");
        return file;
    }
}
