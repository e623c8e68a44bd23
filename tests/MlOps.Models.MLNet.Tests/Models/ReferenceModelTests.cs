using System.Text.Json;

namespace MlOps.Models;

/// <summary>Predictions against values computed elsewhere: by scikit-learn with the same weights, and by ML.NET's own engine.</summary>
public sealed class ReferenceModelTests
{
    // Both sum 32-bit products, in another order.
    private const double Tolerance = 1e-5;

    [Test]
    public async Task Irises_get_the_probabilities_that_scikit_learn_computes()
    {
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(IrisModel.PathTo("iris_logreg.expected.json")));
        var inputs = expected.RootElement.GetProperty("inputs").Deserialize<float[][]>()!;
        var probabilities = expected.RootElement.GetProperty("expected").GetProperty("probabilities").Deserialize<double[][]>()!;
        var labels = expected.RootElement.GetProperty("expected").GetProperty("label").Deserialize<int[]>()!;
        using var folder = ModelFolder.With(IrisModel.ToZip());
        using var model = await folder.LoadAsync();
        using var predictor = model.CreatePredictor<Iris, Species>();
        var output = new Species();

        for (var i = 0; i < inputs.Length; i++)
        {
            predictor.Predict(new Iris { Features = inputs[i] }, output);

            Assert.That(output.Label, Is.EqualTo(labels[i]));
            Assert.That(output.Probabilities, Is.EqualTo(probabilities[i]).Within(Tolerance), $"row {i}");
        }
    }

    private sealed class Iris
    {
        public float[] Features { get; init; } = [];
    }

    private sealed class Species
    {
        public int Label { get; set; }

        public float[] Probabilities { get; set; } = [];
    }
}
