using MlOps.Datasets;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

/// <summary>Runs the code of the guide <c>Registry/README.md</c>.</summary>
public sealed class ModelsReadmeTests
{
    [Test]
    public async Task The_code_of_the_guide_runs()
    {
        using var folder = new TemporaryFolder();
        var store = new InMemoryArtifactStore();
        var (registry, model) = (new ModelRegistry(store), Path.Combine(folder.Path, "model.onnx"));
        await File.WriteAllTextAsync(model, "weights");
        var registrations = new Registrations();
        await registrations.AddDatasetAsync(store);
        registrations.Delete();
        for (var number = 1; number <= 2; number++)
        {
            await registry.RegisterAsync("churn", new ModelRegistration { Format = "onnx", Files = [model] });
            await registry.SetAliasAsync("churn", "production", number);
        }

        var version = await registry.RegisterAsync("churn", new ModelRegistration
        {
            Format = "onnx",
            Files = [model],
            Metrics = new Dictionary<string, double> { ["auc"] = 0.91 },
            Lineage = new ModelLineage { Datasets = [new DatasetReference("customers", 3)], GitCommit = "0123abc" },
        });
        await registry.SetAliasAsync("churn", "production", version.Number, expectedVersion: 2, reason: "better on new customers");
        await registry.RollBackAsync("churn", "production", reason: "complaints");
        var good = await registry.SearchAsync("metrics.auc > 0.9 and datasets.customers = 3").ToListAsync();
        Console.WriteLine(await registry.RenderCardAsync("churn", "production"));

        Assert.That(good.Single().Number, Is.EqualTo(3));
        Assert.That((await registry.GetVersionAsync("churn", "production")).Number, Is.EqualTo(2));
    }
}
