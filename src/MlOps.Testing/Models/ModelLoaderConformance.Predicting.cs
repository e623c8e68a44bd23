using MlOps.Models;

namespace MlOps.Testing;

public abstract partial class ModelLoaderConformance
{
    [Test]
    public async Task Different_rows_have_different_predictions()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();

        var predictions = CreateRows(40).Select(row => PredictOne(predictor, row)).ToArray();

        Assert.That(predictions.Select(static prediction => prediction.Label).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(predictions.Select(static prediction => prediction.Probabilities![0]).Distinct().Count(), Is.GreaterThan(1));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(37)]
    [TestCase(2_500)]
    public async Task Batch_equals_single_predictions(int count)
    {
        using var model = await LoadAsync();
        using var single = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        using var batch = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = CreateRows(count);
        var outputs = CreateOutputs(count);

        batch.Predict(rows, outputs);

        for (var i = 0; i < count; i++)
        {
            AssertSame(outputs[i], PredictOne(single, rows[i]), $"row {i}");
        }
    }

    [Test]
    public async Task Batches_of_different_sizes_are_independent()
    {
        using var model = await LoadAsync();
        using var single = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        using var batch = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = CreateRows(100);
        foreach (var (start, count) in new[] { (0, 5), (20, 1), (30, 64), (3, 2), (90, 5), (50, 0), (7, 1) })
        {
            var outputs = CreateOutputs(count);

            batch.Predict(rows.AsSpan(start, count), outputs);

            for (var i = 0; i < count; i++)
            {
                AssertSame(outputs[i], PredictOne(single, rows[start + i]), $"row {i} of {count} from {start}");
            }
        }
    }

    [Test]
    public async Task Predictors_on_several_threads_agree()
    {
        using var model = await LoadAsync();
        var rows = CreateRows(50);
        var expected = CreateOutputs(rows.Length);
        using (var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>())
        {
            predictor.Predict(rows, expected);
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
        {
            await Task.Yield();
            using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
            for (var i = 0; i < 20 * rows.Length; i++)
            {
                AssertSame(PredictOne(predictor, rows[i % rows.Length]), expected[i % rows.Length]);
            }
        });
    }

    [Test]
    public async Task Predictor_remains_usable_after_an_exception()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = CreateRows(3);
        var expected = PredictOne(predictor, rows[0]);

        Assert.That(() => predictor.Predict(rows, CreateOutputs(2)), Throws.InstanceOf<ArgumentException>(), "fewer outputs than inputs");
        Assert.That(() => predictor.Predict(null!, new LabelAndProbabilities()), Throws.InstanceOf<ArgumentException>(), "no input");
        Assert.That(() => predictor.Predict([rows[1], null!, rows[2]], CreateOutputs(3)), Throws.InstanceOf<ArgumentException>(), "a row that is null");
        Assert.That(() => predictor.Predict(rows[1], null!), Throws.InstanceOf<ArgumentException>(), "no output");

        AssertSame(PredictOne(predictor, rows[0]), expected);
    }

    [Test]
    public async Task Array_of_the_right_length_is_reused()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var row = CreateRows(1)[0];
        var expected = PredictOne(predictor, row);
        var right = new float[expected.Probabilities!.Length];
        var wrong = new float[right.Length + 1];
        var (filled, replaced) = (new LabelAndProbabilities { Probabilities = right }, new LabelAndProbabilities { Probabilities = wrong });

        predictor.Predict(row, filled);
        predictor.Predict(row, replaced);

        Assert.That(filled.Probabilities, Is.SameAs(right));
        AssertSame(filled, expected);
        AssertSame(replaced, expected);
        Assert.That(wrong, Is.All.Zero);
    }

    [Test]
    public async Task All_mismatches_of_types_are_reported()
    {
        using var model = await LoadAsync();

        var mismatch = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<NoFeatures, UnknownOutputs>())!;

        var inputs = model.Signature.Inputs.Where(static input => !input.IsOptional).Select(static input => input.Name);
        bool IsReported(string member) => mismatch.Faults.Any(fault => fault.Member.Contains(member, StringComparison.Ordinal));
        Assert.That(inputs.Where(input => !IsReported(input)), Is.Empty, "inputs without a property");
        Assert.That(IsReported(nameof(UnknownOutputs.Label)), "an output of another type");
        Assert.That(IsReported(nameof(UnknownOutputs.Weather)), "an unknown output");
        Assert.That(mismatch.Message, Does.Contain(ModelName).And.Contain(nameof(NoFeatures)).And.Contain(nameof(UnknownOutputs)));
    }

    [Test]
    public async Task Inputs_of_other_types_are_rejected_by_name()
    {
        using var model = await LoadAsync();

        var mismatch = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<FeaturesAsText, LabelAndProbabilities>())!;

        Assert.That(mismatch.Faults, Has.Count.EqualTo(model.Signature.Inputs.Count(static input => !input.IsOptional)));
        Assert.That(mismatch.Faults.Select(static fault => fault.Expected), Is.All.Contains(nameof(FeatureType.Float32)));
        Assert.That(mismatch.Faults.Select(static fault => fault.Found), Is.All.Contains(nameof(FeatureType.String)));
    }

    [Test]
    public async Task Unmapped_outputs_need_no_property()
    {
        using var model = await LoadAsync();
        using var all = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        using var some = model.CreatePredictor<FourFeatures, LabelOnly>();
        var row = CreateRows(1)[0];
        var output = new LabelOnly();

        some.Predict(row, output);

        Assert.That(output.Label, Is.EqualTo(PredictOne(all, row).Label));
    }

    private sealed class LabelOnly
    {
        public long Label { get; set; }
    }

    private sealed class NoFeatures
    {
        public float Unrelated { get; init; }
    }

    private sealed class FeaturesAsText
    {
        public string[] Features { get; init; } = [];

        public string First { get; init; } = "";

        public string Second { get; init; } = "";

        public string Third { get; init; } = "";

        public string Fourth { get; init; } = "";
    }

    private sealed class UnknownOutputs
    {
        public string Label { get; set; } = "";

        public float Weather { get; set; }
    }
}
