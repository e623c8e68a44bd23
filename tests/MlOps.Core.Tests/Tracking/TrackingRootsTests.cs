using MlOps.Content;
using MlOps.Maintenance;
using MlOps.Storage;

namespace MlOps.Tracking;

public sealed class TrackingRootsTests : TrackingFixture
{
    [Test]
    public async Task Garbage_collection_keeps_content_of_runs_and_deletes_replaced_content()
    {
        var run = await RecordAsync("kept");
        await using (var resumed = await Tracker.ResumeRunAsync(run.Id))
        {
            await resumed.LogTextAsync("a.txt", "old");
            await resumed.LogTextAsync("a.txt", "new");
            await resumed.EndAsync();
        }

        await CollectAsync();

        var contents = await Tracker.OpenRunAsync((await Tracker.FindRunAsync(run.Id))!);
        await using var artifact = await contents.OpenArtifactAsync("a.txt");
        Assert.That(artifact.Info.Size, Is.EqualTo(3));
        Assert.That(await Store.FindAsync(ContentStore.PathOf(Sha256Digest.Of("old"u8))), Is.Null);
        Assert.That(await Store.FindAsync(ContentStore.PathOf(Sha256Digest.Of("new"u8))), Is.Not.Null);
    }

    [Test]
    public async Task Verification_finds_an_altered_log_of_a_run()
    {
        var run = await RecordAsync("altered");
        await RecordAsync("sound");
        var path = TrackingPaths.Run("iris", run.Id).Append("log/00000000000000000001.json");
        await Store.WriteTextAsync(path, (await Store.ReadTextAsync(path)).Replace("altered", "alterd", StringComparison.Ordinal));

        var report = await CreateLaboratory().Get<IStoreMaintenance>().VerifyAsync();

        Assert.That(report.Faults.Select(static fault => fault.ToString()), Has.One.Items.And.One.Contains(run.Id));
    }

    private async Task CollectAsync()
    {
        for (var time = 0; time < 3; time++)
        {
            Clock.Advance(TimeSpan.FromHours(2));
            await Lab.Get<IStoreMaintenance>().CollectGarbageAsync(new GarbageCollectionOptions { GracePeriod = TimeSpan.FromHours(1) });
        }
    }
}
