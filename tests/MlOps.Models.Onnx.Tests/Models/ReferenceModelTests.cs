namespace MlOps.Models;

/// <summary>The reference models predict what scikit-learn does.</summary>
public sealed class ReferenceModelTests
{
    private const double Tolerance = 1e-5;

    private static readonly ReferenceModel[] s_models = [ReferenceModel.Iris, ReferenceModel.BreastCancer];

    [TestCaseSource(nameof(s_models))]
    public async Task Single_predictions_match_the_reference(object reference) => await AssertAsync((ReferenceModel)reference, batch: false);

    [TestCaseSource(nameof(s_models))]
    public async Task Batch_predictions_match_the_reference(object reference) => await AssertAsync((ReferenceModel)reference, batch: true);

    [TestCaseSource(nameof(s_models))]
    public async Task Tensor_predictions_match_the_reference(object reference)
    {
        var expected = (ReferenceModel)reference;
        using var model = await expected.LoadAsync();
        float[] values = [.. expected.Rows.SelectMany(static row => row)];

        var outputs = model.Predict(new Dictionary<string, ModelTensor> { ["features"] = new(values, [expected.Rows.Length, expected.Features.Length]) });

        Assert.That(outputs["label"].AsSpan<long>().ToArray(), Is.EqualTo(expected.Labels));
        Assert.That(
            outputs["probabilities"].AsSpan<float>().ToArray(),
            Is.EqualTo(expected.Probabilities.SelectMany(static row => row).ToArray()).Within(Tolerance));
        Assert.That(outputs["probabilities"].Shape, Is.EqualTo(new long[] { expected.Rows.Length, expected.Probabilities[0].Length }));
    }

    [Test]
    public async Task Properties_named_by_the_registered_signature_fill_the_tensor()
    {
        var expected = ReferenceModel.Iris;
        using var model = await expected.LoadAsync(expected.Columns);
        using var predictor = model.CreatePredictor<Flower, Answer>();
        var answer = new Answer();
        for (var i = 0; i < expected.Rows.Length; i++)
        {
            var row = expected.Rows[i];

            predictor.Predict(new Flower { SepalLengthCm = row[0], SepalWidthCm = row[1], PetalLengthCm = row[2], Petal = row[3] }, answer);

            Assert.That(answer.Label, Is.EqualTo(expected.Labels[i]));
            Assert.That(answer.Probabilities, Is.EqualTo(expected.Probabilities[i]).Within(Tolerance));
        }
    }

    [Test]
    public async Task Signature_matches_the_model()
    {
        using var model = await ReferenceModel.Iris.LoadAsync();

        Assert.That(
            model.Signature.Inputs.Select(static input => (input.Name, input.Type, string.Join(',', input.Shape.Select(static length => $"{length}")))),
            Is.EqualTo(new[] { ("features", FeatureType.Float32, ",4") }));
        Assert.That(
            model.Signature.Outputs.Select(static output => (output.Name, output.Type)),
            Is.EqualTo(new[] { ("label", FeatureType.Int64), ("probabilities", FeatureType.Float32) }));
    }

    private static async Task AssertAsync(ReferenceModel expected, bool batch)
    {
        using var model = await expected.LoadAsync();
        using var predictor = model.CreatePredictor<Row, Answer>();
        Row[] rows = [.. expected.Rows.Select(static row => new Row { Features = row })];
        Answer[] answers = [.. rows.Select(static _ => new Answer())];
        if (batch)
        {
            predictor.Predict(rows, answers);
        }
        else
        {
            foreach (var (row, answer) in rows.Zip(answers))
            {
                predictor.Predict(row, answer);
            }
        }

        Assert.That(answers.Select(static answer => answer.Label), Is.EqualTo(expected.Labels));
        Assert.That(answers.Select(static answer => answer.Probabilities), Is.EqualTo(expected.Probabilities).Within(Tolerance));
    }

    private sealed class Row
    {
        public float[] Features { get; init; } = [];
    }

    private sealed class Flower
    {
        public float SepalLengthCm { get; init; }

        public float SepalWidthCm { get; init; }

        public float PetalLengthCm { get; init; }

        [Feature("petal width (cm)")]
        public float Petal { get; init; }
    }

    private sealed class Answer
    {
        public long Label { get; set; }

        public float[] Probabilities { get; set; } = [];
    }
}
