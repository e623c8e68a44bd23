using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Maintenance;

/// <summary>A checkpoint or an index row of an event that the log lacks proves that events are missing. Nothing is deleted, and the fault is
/// reported.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LostEventsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryArtifactStore _store;
    private readonly ServiceProvider _services;

    public LostEventsTests()
    {
        _store = new InMemoryArtifactStore(_clock);
        _services = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase(1)]
    [TestCase(100)]
    public async Task Nothing_is_deleted_if_a_checkpoint_proves_that_events_are_missing(int first)
    {
        var registry = _services.GetRequiredService<IModelRegistry>();
        for (var i = 1; i <= 101; i++)
        {
            await registry.RegisterAsync("big", Registration($"{i}"));
        }

        await registry.RegisterAsync("other", Registration("other"));
        await DeleteAsync("index");
        for (var sequence = first; sequence <= 101; sequence++)
        {
            await _store.DeleteAsync(ArtifactPath.Parse($"models/big/log/{sequence:D20}.json"));
        }

        await AssertNothingIsDeletedAsync("models/big/checkpoint-2.json");
    }

    [Test]
    public async Task Nothing_is_deleted_if_the_index_proves_that_events_are_missing()
    {
        var registry = _services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("small", Registration("1"));
        await registry.RegisterAsync("small", Registration("2"));
        await registry.RegisterAsync("other", Registration("other"));
        await _store.DeleteAsync(ArtifactPath.Parse($"models/small/log/{2:D20}.json"));

        await AssertNothingIsDeletedAsync("'small'");
    }

    [Test]
    public async Task Nothing_is_deleted_if_the_index_proves_that_a_log_is_missing()
    {
        var registry = _services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("small", Registration("1"));
        await registry.RegisterAsync("other", Registration("other"));
        await _store.DeleteAsync(ArtifactPath.Parse($"models/small/log/{1:D20}.json"));

        await AssertNothingIsDeletedAsync("'small'");
    }

    [Test]
    public async Task The_lost_log_of_an_experiment_with_runs_is_a_fault()
    {
        await using (var run = await _services.GetRequiredService<IExperimentTracker>().StartRunAsync("iris"))
        {
            await run.EndAsync();
        }

        await _services.GetRequiredService<IExperimentStore>().ChangeAsync("other", new ExperimentChange());
        await _store.DeleteAsync(ArtifactPath.Parse($"experiments/iris/log/{1:D20}.json"));
        await using var cold = Open();

        var faults = (await cold.GetRequiredService<IStoreMaintenance>().VerifyAsync()).Faults;

        Assert.That(faults.Select(static fault => fault.Message), Has.Some.Contains("'iris'").And.Some.Contains("from a copy"));
    }

    private async Task AssertNothingIsDeletedAsync(string evidence)
    {
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromDays(2));
            await using var cold = Open();

            var report = await cold.GetRequiredService<IStoreMaintenance>().CollectGarbageAsync(new GarbageCollectionOptions { AllowLargeDeletion = true });

            Assert.That((report.Marked.Files, report.Deleted.Files), Is.EqualTo((0L, 0L)));
            Assert.That(report.Damaged.Select(static fault => fault.Message), Has.Some.Contains(evidence));
        }

        await using var reader = Open();
        Assert.That(
            (await reader.GetRequiredService<IStoreMaintenance>().VerifyAsync()).Faults.Select(static fault => fault.Message), Has.Some.Contains(evidence));
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock);
        return services.AddMlOps(static options => options.Storage.Provider = "Mine").AddArtifactStore("Mine", _ => _store)
            .Services.Configure<TrackingOptions>(options => (options.CaptureGit, options.SpoolFolder) = (false, Path.Combine(_folder.Path, "spool")))
                .BuildServiceProvider();
    }

    private ModelRegistration Registration(string text)
    {
        var file = Path.Combine(_folder.Path, "m.onnx");
        File.WriteAllText(file, text);
        return new ModelRegistration { Format = "onnx", Files = [file] };
    }

    private async Task DeleteAsync(string folder)
    {
        foreach (var entry in await _store.ListAsync(ArtifactPath.Parse(folder)).ToListAsync())
        {
            await _store.DeleteAsync(entry.Path);
        }
    }
}
