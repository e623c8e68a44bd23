using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>The stored data matches <c>FORMAT.md</c>.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FormatTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services =
        new ServiceCollection().AddMlOps(static options => options.Storage.Provider = InMemoryArtifactStore.DefaultKey).Services.BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task A_store_can_be_read_with_nothing_but_JSON_and_SHA_256()
    {
        await FillAsync();

        var reader = new StoreReader(await DownloadAsync());

        Assert.That(reader.FindNames("models"), Is.EqualTo(["churn", "preis – größe"]));
        Assert.That(reader.FindNames("datasets"), Is.EqualTo(["flights"]));
        var (versions, aliases) = reader.ReadModel("churn");
        Assert.That(versions.Keys, Is.EqualTo([1, 3]));
        Assert.That(aliases, Is.EqualTo(new Dictionary<string, int> { ["champion"] = 3, ["production"] = 1 }));
        Assert.That(reader.ReadModel("preis – größe").Versions.Keys, Is.EqualTo([1]));
        Assert.That(
            reader.ReadFiles(versions[3]).Select(static file => (file.Key, Encoding.UTF8.GetString(file.Value))), Is.EqualTo([("weights.bin", "weights 3")]));
        var flights = reader.ReadDataset("flights");
        Assert.That(flights.Keys, Is.EqualTo([2]));
        Assert.That(reader.ReadFiles(flights[2]).Keys, Is.EqualTo(["a.csv", "sub/b.csv"]));
    }

    [Test]
    public async Task Every_event_that_is_recorded_is_described()
    {
        await FillAsync();
        var reader = new StoreReader(await DownloadAsync());
        var page = await File.ReadAllTextAsync(Page);

        var events = new[] { "models", "datasets" }.SelectMany(kind => reader.FindNames(kind).SelectMany(name => reader.ReadLog(kind, name)))
            .Select(static document => document.GetProperty("event"));
        var names = events.SelectMany(
            static change => change.EnumerateObject().Select(static property => property.Name).Append(change.GetProperty("kind").GetString()!)).Distinct();

        Assert.That(names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Every_kind_of_event_and_every_property_of_the_documents_is_described()
    {
        var page = await File.ReadAllTextAsync(Page);
        var kinds = Enum.GetNames<ModelEventKind>().Concat(Enum.GetNames<DatasetEventKind>());
        var properties =
            new[]
            {
                typeof(ModelEvent),
                typeof(DatasetEvent),
                typeof(ModelVersion),
                typeof(DatasetTable),
                typeof(TableProfile),
                typeof(ColumnProfile),
                typeof(ModelFeature),
                typeof(ModelLineage),
            }
            .SelectMany(static type => type.GetProperties())
            .Where(static property => property.GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonIgnoreAttribute), inherit: false)
                is not [System.Text.Json.Serialization.JsonIgnoreAttribute { Condition: System.Text.Json.Serialization.JsonIgnoreCondition.Always }])
            .Select(static property => property.Name);

        var missing = kinds.Concat(properties).Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName).Distinct()
            .Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal));

        Assert.That(missing, Is.Empty);
    }

    private static string Page => Path.Combine(TestContext.CurrentContext.TestDirectory, "FORMAT.md");

    private async Task FillAsync()
    {
        var datasets = _services.GetRequiredService<IDatasetStore>();
        Directory.CreateDirectory(Path.Combine(_folder.Path, "data", "sub"));
        await WriteAsync("data/a.csv", "x,y\n1,2\n3,NaN\n");
        await datasets.SnapshotAsync("flights", Path.Combine(_folder.Path, "data"));
        await WriteAsync("data/sub/b.csv", "day,name\n2026-01-01,Ann\n2026-01-02,\n");
        await datasets.SnapshotAsync("flights", Path.Combine(_folder.Path, "data"));
        await datasets.TagAsync("flights", "quality", "good", version: 2);
        await datasets.DeleteVersionAsync(new DatasetReference("flights", 1), "too old");

        var registry = _services.GetRequiredService<IModelRegistry>();
        await RegisterAsync(registry, "churn", "weights 1");
        await RegisterAsync(registry, "churn", "weights 2");
        await RegisterAsync(registry, "churn", "weights 3");
        await RegisterAsync(registry, "preis – größe", "weights");
        await registry.ApproveAsync("churn", 2, "Ann", "looks right");
        await registry.SetAliasAsync("churn", "production", 1);
        await registry.SetAliasAsync("churn", "production", 2, reason: "better");
        await registry.RollBackAsync("churn", "production", reason: "worse after all");
        await registry.SetAliasAsync("churn", "staging", 3);
        await registry.SetAliasAsync("churn", "champion", 3);
        await registry.RemoveAliasAsync("churn", "staging");
        await registry.TagAsync("churn", "team", "growth");
        await registry.DescribeAsync("churn", version: 3, description: "the third");
        await registry.SetResourcesAsync("churn", 3, new ResourceProfile { Latency = TimeSpan.FromMilliseconds(3), Memory = 1 << 20 });
        await registry.DeleteVersionAsync("churn", 2, "unsafe");
    }

    private async Task RegisterAsync(IModelRegistry registry, string model, string weights) => await registry.RegisterAsync(model, new ModelRegistration
    {
        Format = "onnx",
        Files = [await WriteAsync("weights.bin", weights)],
        Signature = new ModelSignature
        {
            Inputs = [new ModelFeature { Name = "age", Type = FeatureType.Float32, Shape = [null, 3], Minimum = 0, Maximum = 130 }],
            Outputs = [new ModelFeature { Name = "churns", Type = FeatureType.Boolean }],
        },
        Metrics = new Dictionary<string, double> { ["auc"] = 0.9, ["loss"] = double.NaN },
        Parameters = new Dictionary<string, string> { ["depth"] = "7" },
        Tags = new Dictionary<string, string> { ["stage"] = "trial" },
        Lineage = new ModelLineage { RunId = "run 5", Datasets = [new DatasetReference("flights", 2)], GitCommit = "50744d1" },
        IntendedUse = "tests",
    });

    private async Task<string> WriteAsync(string path, string text)
    {
        var file = Path.Combine(_folder.Path, path);
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    private async Task<IReadOnlyDictionary<string, byte[]>> DownloadAsync()
    {
        var store = _services.GetRequiredService<IArtifactStore>();
        var objects = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var entry in store.ListAsync())
        {
            objects.Add(entry.Path.ToString(), await store.ReadBytesAsync(entry.Path));
        }

        return objects;
    }
}
