using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;

namespace MlOps.Readme;

internal static class SmallestProgram
{
    public static async Task RunAsync(string folder, TextWriter output)
    {
        var services = new ServiceCollection();
        services.AddMlOps().AddOnnxModels();
        await using var provider = services.BuildServiceProvider();
        var loader = provider.GetServices<IModelLoader>().Single(static loader => loader.Format == "onnx");

        using var model = await loader.LoadAsync(new ModelSource { Model = "iris", Version = 1, Folder = folder });
        using var predictor = model.CreatePredictor<Flower, Species>();
        var species = new Species();
        predictor.Predict(new Flower { Features = [5.1f, 3.5f, 1.4f, 0.2f] }, species);

        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"class {species.Label}, setosa with a probability of {species.Setosa:0.000}"));
    }

    private sealed class Flower
    {
        public required float[] Features { get; init; }
    }

    private sealed class Species
    {
        public long Label { get; set; }

        [Feature("probabilities", Index = 0)]
        public float Setosa { get; set; }
    }
}
