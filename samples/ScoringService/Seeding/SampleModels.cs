using System.Text.Json.Nodes;
using MlOps.Datasets;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace ScoringService.Seeding;

/// <summary>Registers two versions of the model if the registry has none. In a real project, the training does this.</summary>
internal static class SampleModels
{
    private const string Model = "breast-cancer";
    private const string Label = "label";
    private static readonly string s_models = Path.Combine(AppContext.BaseDirectory, "models");
    private static readonly string s_trainingData = Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-train.csv");

    public static async Task RegisterSampleModelsAsync(this IServiceProvider services)
    {
        var registry = services.GetRequiredService<IModelRegistry>();
        if ((await registry.FindAsync(Model))?.Aliases.ContainsKey("production") == true)
        {
            return;
        }

        var dataset = await services.GetRequiredService<IDatasetStore>().SnapshotAsync(Model, s_trainingData);
        var schema = await InferSchemaAsync();
        var folder = Directory.CreateTempSubdirectory("scoring-");
        try
        {
            // The schema is a file of the version: it is verified and replaced together with the model.
            var schemaFile = Path.Combine(folder.FullName, InputSchema.FileName);
            await File.WriteAllTextAsync(schemaFile, schema.ToJson());

            var forest = await RegisterAsync("breast_cancer_rf", "random forest of scikit-learn 1.2.1", accuracy: 0.9386, auc: 0.9937);
            await registry.SetAliasAsync(Model, "production", forest.Number, expectedVersion: 0, reason: "First version.", actor: "ada");
            var regression = await RegisterAsync("breast_cancer_logreg", "logistic regression", accuracy: 0.9868, auc: 0.9980);
            await registry.SetAliasAsync(Model, "candidate", regression.Number, reason: "Simpler, and better on the test data.", actor: "ada");

            async Task<ModelVersion> RegisterAsync(string file, string kind, double accuracy, double auc) =>
                await registry.RegisterAsync(Model, new ModelRegistration
                {
                    Format = "onnx",
                    Files = [Path.Combine(s_models, $"{file}.onnx"), schemaFile],
                    Description = $"Classifies tumors as malignant or benign by measurements of cell nuclei: {kind}.",
                    IntendedUse = "Trials of this library. Not for medical use.",
                    Signature = Describe(schema),
                    Examples = [await ReadExampleAsync(file)],
                    Metrics = new Dictionary<string, double> { ["accuracy"] = accuracy, ["auc"] = auc },
                    Lineage = new ModelLineage { Datasets = [dataset.Reference] },
                    Actor = "ada",
                });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Infers the input schema from the training data, with a wide slack because large tumors are rare in its 341 rows.</summary>
    private static async Task<InputSchema> InferSchemaAsync()
    {
        var inferred = await CsvInputSchema.InferFileAsync(s_trainingData, new SchemaInferenceOptions { Slack = 2 });
        return new InputSchema(inferred.Features.Where(static feature => feature.Name != Label));
    }

    /// <summary>Names the columns of the input tensor in their order, so that properties map to them.</summary>
    private static ModelSignature Describe(InputSchema schema) => new()
    {
        Inputs = [.. schema.Features.Select(static feature => new ModelFeature { Name = feature.Name, Type = FeatureType.Float32 })],
        Outputs =
        [
            new ModelFeature { Name = Label, Type = FeatureType.Int64, Shape = [null] },
            new ModelFeature { Name = "probabilities", Type = FeatureType.Float32, Shape = [null, 2], Minimum = 0, Maximum = 1 },
        ],
    };

    private static async Task<GoldenExample> ReadExampleAsync(string model)
    {
        var example = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(s_models, $"{model}.examples.json")))!.AsObject();
        return new GoldenExample { Inputs = Take("inputs"), Outputs = Take("outputs") };

        JsonObject Take(string name) => example[name]!.DeepClone().AsObject();
    }
}
