using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Registry;

public sealed class ModelListingTests
{
    [Test]
    public async Task The_requests_of_a_listing_or_search_do_not_depend_on_the_number_of_models()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "model.onnx");
        await File.WriteAllTextAsync(file, "weights");
        var store = new InMemoryArtifactStore();
        var registry = new ModelRegistry(store);
        for (var i = 0; i < 40; i++)
        {
            await registry.RegisterAsync($"model {i:D2}", new ModelRegistration
            {
                Format = "onnx",
                Files = [file],
                Metrics = new Dictionary<string, double> { ["auc"] = i },
                Lineage = new ModelLineage { Source = "https://example.org", Datasets = [] },
            });
        }

        Assert.That(await CountAsync(static registry => registry.ListAsync().CountAsync()), Is.EqualTo((40, 6)));
        Assert.That(await CountAsync(static registry => registry.SearchAsync("metrics.auc >= 38").CountAsync()), Is.EqualTo((2, 6)));
        Assert.That(await CountAsync(static registry => registry.FindTrainedOnAsync(new DatasetReference("flights", 1)).CountAsync()), Is.EqualTo((0, 6)));

        async Task<(int Found, int Requests)> CountAsync(Func<ModelRegistry, ValueTask<int>> count)
        {
            var counting = new CountingStore(store);
            var found = await count(new ModelRegistry(counting)); // a process of its own
            return (found, counting.Requests);
        }
    }
}
