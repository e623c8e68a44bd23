using Microsoft.Extensions.DependencyInjection;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Datasets;

public sealed class DatasetBoundsTests
{
    [Test]
    public void Too_many_files_are_refused_before_they_are_read()
    {
        var file = new SourceFile(string.Concat(Enumerable.Repeat("日本/", 80)) + "a.csv", "a.csv", 1, default);
        var files = Enumerable.Repeat(file, 250_000).ToList();

        var thrown = Assert.Throws<ArgumentException>(() => DatasetManifest.ThrowIfTooLarge(files))!;

        Assert.That(thrown.Message, Does.Contain("250000 files are too many").And.Contain("192 are allowed"));
        Assert.DoesNotThrow(() => DatasetManifest.ThrowIfTooLarge(files[..100_000]));
    }

    [Test]
    public async Task A_manifest_that_is_too_large_is_not_read_into_memory()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "a.txt");
        File.WriteAllText(file, "1");
        var store = new InMemoryArtifactStore();
        await using var provider = ProviderOf(store);
        var version = await provider.GetRequiredService<IDatasetStore>().SnapshotAsync("d", file);
        var manifest = ContentStore.PathOf(version.Manifest);
        await using var swollen = ProviderOf(new SwollenStore(store, manifest, 1L << 40));

        var thrown = (await Assert.ThrowsAsync<DocumentFormatException>(() => swollen.GetRequiredService<IDatasetStore>().OpenAsync(version.Reference)))!;

        Assert.That(thrown.Path, Is.EqualTo(manifest));
        Assert.That(thrown.Message, Does.Contain("has 1099511627776 bytes"));
    }

    [Test]
    public async Task Profiles_that_do_not_fit_are_omitted_and_the_files_are_recorded()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "a.wide", "b.wide", "c.wide" })
        {
            File.WriteAllText(Path.Combine(folder.Path, name), name);
        }

        var services = new ServiceCollection();
        services.AddSingleton<ITableReader, WideReader>();
        services.AddMlOps(static options => options.Storage.Provider = "Memory");
        await using var provider = services.BuildServiceProvider();
        var datasets = provider.GetRequiredService<IDatasetStore>();

        var contents = await datasets.OpenAsync((await datasets.SnapshotAsync("d", folder.Path)).Reference);

        Assert.That(contents.Files, Has.Count.EqualTo(3));
        Assert.That(contents.Tables.Select(static table => table.Path), Is.EqualTo(["a.wide", "b.wide"]));
    }

    private static ServiceProvider ProviderOf(IArtifactStore store)
    {
        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = "one").AddArtifactStore("one", _ => store);
        return services.BuildServiceProvider();
    }

    /// <summary>Finds a column whose name is 25 MiB long.</summary>
    private sealed class WideReader : ITableReader
    {
        public string Name => "wide";

        public bool CanRead(string path) => path.EndsWith(".wide", StringComparison.Ordinal);

        public Task<TableProfile> ReadAsync(Stream content, string path, CancellationToken cancellationToken = default) => Task.FromResult(
            new TableProfile { Rows = 0, Columns = [new ColumnProfile { Name = new string('x', 25 << 20), Type = ColumnType.Empty, Nulls = 0 }] });
    }
}
