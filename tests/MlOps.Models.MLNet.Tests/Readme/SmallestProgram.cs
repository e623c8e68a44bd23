using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Readme;

internal static class SmallestProgram
{
    public static async Task RunAsync(string file, TextWriter output)
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddMLNetModels();
        await using var provider = services.BuildServiceProvider();
        var registry = provider.GetRequiredService<IModelRegistry>();

        // Train and save a pipeline, and register the file.
        var ml = new MLContext(seed: 1);
        var flowers = ml.Data.LoadFromTextFile<Flower>(file, separatorChar: ',', hasHeader: true);
        var model = ml.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(ml.Transforms.Concatenate("Features", "SepalLength", "SepalWidth", "PetalLength", "PetalWidth"))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(flowers);
        ml.Model.Save(model, flowers.Schema, "iris.zip");
        var version = await registry.RegisterAsync("iris", new ModelRegistration { Format = "mlnet", Files = ["iris.zip"] });

        // Load the registered version. In a service, AddModel<Measures, Guess>("iris") does this.
        await (await registry.OpenAsync(version)).RestoreAsync("restored");
        var loader = provider.GetServices<IModelLoader>().Single(loader => loader.Format == version.Format);
        using var loaded = await loader.LoadAsync(new ModelSource { Model = "iris", Version = version.Number, Folder = "restored" });
        using var predictor = loaded.CreatePredictor<Measures, Guess>();
        var guess = new Guess();
        predictor.Predict(new Measures(SepalLength: 5.9f, SepalWidth: 3.0f, PetalLength: 4.2f, PetalWidth: 1.5f), guess);

        await output.WriteLineAsync($"{guess.PredictedLabel}, from {string.Join(", ", loaded.Signature.Inputs.Select(input => input.Name))}");
    }
}
