using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;
using MlOps.Events;
using MlOps.Maintenance;
using MlOps.Records.Stores;
using MlOps.Registry;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Records;

/// <summary>An event of an unknown kind was written by a newer version and is not reported as damaged.</summary>
public sealed class UnknownKindTests
{
    private const string Run = "01955b0823d87170a863a60904ca25ff";

    [TestCase("models/empty")]
    [TestCase("datasets/counted")]
    [TestCase("experiments/iris/runs/" + Run)]
    [TestCase("experiments/iris/steps/25e1be1220d6aa662f05f33e255e0a75f298d8ffb030536a08fcc8ff39234c7b")]
    public async Task The_error_for_an_unknown_kind_of_event_recommends_an_update(string folder)
    {
        await using var services = await ReadStoreAsync();
        var unknown = await AddUnknownAsync(services.GetRequiredService<IArtifactStore>(), ArtifactPath.Parse(folder));

        var fault = (await services.GetRequiredService<IStoreMaintenance>().VerifyAsync()).Faults.Single();

        Assert.That(fault.Path, Is.EqualTo(unknown));
        Assert.That(fault.Message, Does.Contain("newer").And.Contain("pdate MlOps.Core").And.Not.Contain("altered"));
    }

    [TestCase("models/empty")]
    [TestCase("datasets/counted")]
    [TestCase("experiments/iris/runs/" + Run)]
    public async Task A_history_does_not_hide_an_event_of_an_unknown_kind(string folder)
    {
        await using var services = await ReadStoreAsync();
        var unknown = await AddUnknownAsync(services.GetRequiredService<IArtifactStore>(), ArtifactPath.Parse(folder));
        IAsyncEnumerable<RecordEvent> history = folder[0] switch
        {
            'm' => services.GetRequiredService<IModelRegistry>().ReadHistoryAsync("empty"),
            'd' => services.GetRequiredService<IDatasetStore>().ReadHistoryAsync("counted"),
            _ => services.GetRequiredService<IExperimentTracker>().ReadHistoryAsync(Run),
        };

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => history.CountAsync().AsTask()))!;

        Assert.That(thrown.Path, Is.EqualTo(unknown));
        Assert.That(thrown.Message, Does.Contain("pdate MlOps.Core"));
    }

    private static async Task<ServiceProvider> ReadStoreAsync()
    {
        var services = new ServiceCollection().AddMlOps(static options => options.Storage.Provider = InMemoryArtifactStore.DefaultKey)
            .Services.BuildServiceProvider();
        await StoreArchive.ReadAsync(
            Path.Combine(TestContext.CurrentContext.TestDirectory, "Records", "Stores", "v1.tar.gz"), services.GetRequiredService<IArtifactStore>());
        return services;
    }

    /// <summary>Adds an event of an unknown kind to a log.</summary>
    private static async Task<ArtifactPath> AddUnknownAsync(IArtifactStore store, ArtifactPath log)
    {
        var last = await store.ListAsync(log.Append("log")).LastAsync();
        Assert.That(EventPath.TryParse(last.Path, out _, out var sequence), Is.True);
        var unknown = EventPath.Of(log, sequence + 1);
        var previous = Sha256Digest.Of(await store.ReadBytesAsync(last.Path));
        await store.WriteTextAsync(unknown, $$$"""
            {"format":1,"sequence":{{{sequence + 1}}},"previous":"{{{previous}}}","nonce":"0b3c1a52-6f0e-4c3f-9f64-2f6a5f1d2c11",
             "time":"2026-11-23T08:30:00+00:00","actor":"jane","event":{"kind":"fromTheFuture","version":1,"wings":2}}
            """);
        return unknown;
    }
}
