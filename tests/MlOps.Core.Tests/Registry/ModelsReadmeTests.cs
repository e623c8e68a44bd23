using MlOps.Datasets;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

/// <summary>What README.md of MlOps.Core says of models works.</summary>
public sealed class ModelsReadmeTests
{
    private const string Begin = "        // As in the readme:\n";
    private const string End = "        // Until here.\n";

    [Test]
    public async Task The_code_of_the_readme_runs_and_stands_there_as_it_is_here()
    {
        var folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Registry");
        var source = (await File.ReadAllTextAsync(Path.Combine(folder, "ModelsReadmeTests.cs"))).ReplaceLineEndings("\n");
        var code = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..source.LastIndexOf(End, StringComparison.Ordinal)];
        var readme = (await File.ReadAllTextAsync(Path.Combine(folder, "README.md"))).ReplaceLineEndings("\n");

        await RunAsync();

        Assert.That(readme, Does.Contain($"```csharp\n{string.Join('\n', code.Split('\n').Select(static line => line.Length > 8 ? line[8..] : line))}```"));
    }

    private static async Task RunAsync()
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

        // As in the readme:
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
        // Until here.

        Assert.That(good.Single().Number, Is.EqualTo(3));
        Assert.That((await registry.GetVersionAsync("churn", "production")).Number, Is.EqualTo(2));
    }
}
