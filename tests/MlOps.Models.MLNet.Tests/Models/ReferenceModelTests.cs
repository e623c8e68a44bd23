using System.Globalization;
using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

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

    [Test]
    public async Task Trees_give_the_same_predictions_as_the_engine_of_MLNet()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(ReadTumours("breast_cancer_rf.train.csv"));
        var trained = context.BinaryClassification.Trainers.FastTree().Fit(data);
        using var engine = context.Model.CreatePredictionEngine<Tumour, Diagnosis>(trained);
        using var folder = ModelFolder.With(trained, data.Schema);
        using var model = await folder.LoadAsync();
        using var predictor = model.CreatePredictor<Measures, Answer>();
        var tumours = ReadTumours("breast_cancer_rf.test.csv").ToArray();
        var answers = tumours.Select(static _ => new Answer()).ToArray();

        predictor.Predict(tumours.Select(static tumour => new Measures { Features = tumour.Features }).ToArray(), answers);

        Assert.That(answers.Select(static answer => answer.PredictedLabel).Distinct().Count(), Is.EqualTo(2));
        for (var i = 0; i < tumours.Length; i++)
        {
            var expected = engine.Predict(tumours[i]);
            Assert.That(answers[i].PredictedLabel, Is.EqualTo(expected.PredictedLabel));
            Assert.That((answers[i].Score, answers[i].Probability), Is.EqualTo((expected.Score, expected.Probability)).Within(1e-7));
        }
    }

    [Test]
    public async Task Signature_has_the_inputs_and_outputs_of_scoring()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(ReadTumours("breast_cancer_rf.train.csv"));
        using var folder = ModelFolder.With(context.BinaryClassification.Trainers.FastTree().Fit(data), data.Schema);
        using var model = await folder.LoadAsync();

        Assert.That(model.Signature.Inputs.Select(static input => (input.Name, input.Type)), Is.EqualTo(new[] { ("Features", FeatureType.Float32) }));
        Assert.That(model.Signature.Inputs.Single().Shape, Is.EqualTo(new long?[] { null, 30 }));
        Assert.That(
            model.Signature.Outputs.Select(static output => (output.Name, output.Type, output.Shape.Count)),
            Is.EqualTo(new[] { ("PredictedLabel", FeatureType.Boolean, 0), ("Score", FeatureType.Float32, 0), ("Probability", FeatureType.Float32, 0) }));
    }

    private static IEnumerable<Tumour> ReadTumours(string file) => File.ReadLines(IrisModel.PathTo(file)).Skip(1).Select(static line =>
    {
        float[] values = [.. line.Split(',').Select(static value => float.Parse(value, CultureInfo.InvariantCulture))];
        return new Tumour { Features = values[..^1], Label = values[^1] == 1 };
    });

    private sealed class Tumour
    {
        [VectorType(30)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Diagnosis
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
    }

    private sealed class Measures
    {
        public float[] Features { get; init; } = [];
    }

    private sealed class Answer
    {
        public bool PredictedLabel { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }
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
