using Microsoft.Extensions.DependencyInjection;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DatasetsRegistrationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public async Task Datasets_are_in_the_selected_store_and_in_each_store_by_its_key()
    {
        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = "one").AddInMemoryStorage("one").AddInMemoryStorage("two");
        await using var provider = services.BuildServiceProvider();

        var selected = provider.GetRequiredService<IDatasetStore>();
        await provider.GetRequiredKeyedService<IDatasetStore>("two").SnapshotAsync("archived", WriteFile());

        Assert.That(provider.GetRequiredKeyedService<IDatasetStore>("one"), Is.SameAs(selected));
        Assert.That(await selected.FindAsync("archived"), Is.Null);
        Assert.That(await provider.GetRequiredKeyedService<IArtifactStore>("two").ListAsync(ArtifactPath.Parse("datasets")).AnyAsync());
    }

    [Test]
    public async Task All_content_of_datasets_is_referenced()
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddInMemoryStorage("one");
        await using var provider = services.BuildServiceProvider();
        var datasets = provider.GetRequiredKeyedService<IDatasetStore>("one");
        var first = await datasets.SnapshotAsync("d", WriteFile("1"));
        var second = await datasets.SnapshotAsync("d", WriteFile("2"));
        await datasets.DeleteVersionAsync(first.Reference);

        var roots = provider.GetKeyedServices<IRecordKind>("one").OfType<DatasetRecords>().Single();

        Assert.That(
            await roots.ReadUsedAsync().ToListAsync(),
            Is.EqualTo([(second.Manifest, "dataset 'd' version 2"), (Sha256Digest.Of("2"u8), "dataset 'd' version 2")]));
        Assert.That(await roots.ReadFaultsAsync(), Is.Empty);
    }

    [Test]
    public async Task Verification_reports_every_altered_log_and_continues()
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddInMemoryStorage("one");
        await using var provider = services.BuildServiceProvider();
        var (datasets, store) = (provider.GetRequiredKeyedService<IDatasetStore>("one"), provider.GetRequiredKeyedService<IArtifactStore>("one"));
        foreach (var name in new[] { "a", "b", "c" })
        {
            await datasets.SnapshotAsync(name, WriteFile());
            await datasets.TagAsync(name, "x", "y");
        }

        await store.DeleteAsync(ArtifactPath.Parse($"datasets/a/log/{1:D20}.json"));
        await store.WriteTextAsync(ArtifactPath.Parse($"datasets/c/log/{2:D20}.json"), "{");

        var faults = await provider.GetKeyedServices<IRecordKind>("one").OfType<DatasetRecords>().Single().ReadFaultsAsync();

        Assert.That(faults.Select(static fault => fault.GetType()), Is.EqualTo([typeof(ArtifactIntegrityException), typeof(DocumentFormatException)]));
        Assert.That(faults[0].Message, Does.Contain("datasets/a/log"));
        Assert.That(faults[1].Message, Does.Contain("datasets/c/log"));
    }

    private string WriteFile(string text = "1")
    {
        var file = Path.Combine(_folder.Path, "a.txt");
        File.WriteAllText(file, text);
        return file;
    }
}
