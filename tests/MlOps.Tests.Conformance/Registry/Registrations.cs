using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Tests.Conformance.Registry;

/// <summary>Registrations of a small model, with a file on disk.</summary>
public sealed class Registrations
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlops-model-");

    public Registrations() => System.IO.File.WriteAllText(File, "weights");

    /// <summary>Gets the file of the model.</summary>
    public string File => Path.Combine(_folder.FullName, "model.onnx");

    /// <summary>Gets the signature of the model: the inputs are an age and a plan, and the output is a score.</summary>
    public static ModelSignature Signature { get; } = new()
    {
        Inputs =
        [
            new ModelFeature { Name = "age", Type = FeatureType.Float32, Shape = [null, 1], Minimum = 0, Maximum = 120 },
            new ModelFeature { Name = "plan", Type = FeatureType.String, IsNullable = true, Categories = ["basic", "pro"] },
        ],
        Outputs = [new ModelFeature { Name = "score", Type = FeatureType.Float32, Minimum = 0, Maximum = 1 }],
    };

    /// <summary>Creates a registration with only the file.</summary>
    public ModelRegistration Plain(double auc = 0.9) =>
        new() { Format = "onnx", Files = [File], Metrics = new Dictionary<string, double> { ["auc"] = auc }, Actor = "ada" };

    /// <summary>Creates a registration with all properties.</summary>
    public ModelRegistration Complete(double auc = 0.9, ModelSignature? signature = null) => new()
    {
        Format = "onnx",
        Files = [File],
        Signature = signature ?? Signature,
        Examples = [new GoldenExample { Inputs = new JsonObject { ["age"] = 40, ["plan"] = "pro" }, Outputs = new JsonObject { ["score"] = 0.25 } }],
        Metrics = new Dictionary<string, double> { ["auc"] = auc, ["logloss"] = double.NaN, ["worst"] = double.PositiveInfinity },
        Parameters = new Dictionary<string, string> { ["depth"] = "6" },
        Tags = new Dictionary<string, string> { ["team"] = "growth" },
        Description = "Predicts who will leave.",
        IntendedUse = "Offers to customers, not prices.",
        Lineage = new ModelLineage
        {
            RunId = "run-7",
            RunLink = "https://example.org/run-7",
            Datasets = [new DatasetReference("customers", 3)],
            GitCommit = "0123abc",
            Source = "nightly training",
        },
        Resources = new ResourceProfile { LoadTime = TimeSpan.FromSeconds(2), Memory = 1000, Latency = TimeSpan.FromMilliseconds(5) },
        Actor = "ada",
    };

    /// <summary>Records the three versions of the dataset that <see cref="Complete"/> references.</summary>
    /// <param name="store">The store of the registry, which stays open.</param>
    public async Task AddDatasetAsync(IArtifactStore store)
    {
        // Not disposed, because the caller owns the store.
        var services = new ServiceCollection().AddMlOps(static options => options.Storage.Provider = "tested").AddArtifactStore("tested", _ => store)
            .Services.BuildServiceProvider();
        for (var number = 1; number <= 3; number++)
        {
            await services.GetRequiredService<IDatasetStore>().SnapshotAsync("customers", new DatasetSnapshot { Files = [File], AllowUnchanged = true });
        }
    }

    /// <summary>Deletes the file.</summary>
    public void Delete() => _folder.Delete(recursive: true);
}
