using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Counts the requests of operations on datasets.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DatasetRequestTests : IDisposable
{
    private const int Files = 40;
    private readonly CountingStore _store = new(new InMemoryArtifactStore());
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _provider;
    private readonly IDatasetStore _datasets;

    public DatasetRequestTests()
    {
        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = "counted").AddArtifactStore("counted", _ => _store);
        _provider = services.BuildServiceProvider();
        _datasets = _provider.GetRequiredService<IDatasetStore>();
        for (var i = 0; i < Files; i++)
        {
            File.WriteAllText(Path.Combine(_folder.Path, $"{i}.txt"), $"{i}");
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task A_snapshot_with_one_changed_file_requests_only_that_file()
    {
        await _datasets.SnapshotAsync("d", _folder.Path);
        File.WriteAllText(Path.Combine(_folder.Path, "7.txt"), "changed");
        _store.Reset();

        await _datasets.SnapshotAsync("d", _folder.Path);

        Assert.That(_store.Requests, Is.LessThan(18));
    }

    [Test]
    public async Task Finding_a_dataset_again_costs_one_request()
    {
        await _datasets.SnapshotAsync("d", _folder.Path);
        _store.Reset();

        await _datasets.FindAsync("d");

        Assert.That(_store.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task The_requests_of_a_listing_do_not_depend_on_the_number_of_datasets()
    {
        foreach (var name in new[] { "a", "b", "c" })
        {
            await _datasets.SnapshotAsync(name, _folder.Path);
            for (var i = 0; i < 20; i++)
            {
                await _datasets.TagAsync(name, "x", $"{i}");
            }
        }

        _store.Reset();

        Assert.That(await _datasets.ListAsync().CountAsync(), Is.EqualTo(3));
        Assert.That(_store.Requests, Is.EqualTo(5), "the announcements and four documents of the index");
    }
}
