using MlOps.Models;

namespace MlOps.Testing;

public abstract partial class ModelLoaderConformance
{
    [Test]
    public async Task Different_rows_get_different_answers()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();

        var answers = MakeRows(40).Select(row => PredictOne(predictor, row)).ToArray();

        Assert.That(answers.Select(static answer => answer.Label).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(answers.Select(static answer => answer.Probabilities![0]).Distinct().Count(), Is.GreaterThan(1));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(37)]
    [TestCase(2_500)]
    public async Task Batch_is_row_by_row(int count)
    {
        using var model = await LoadAsync();
        using var single = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        using var batch = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = MakeRows(count);
        var outputs = MakeOutputs(count);

        batch.Predict(rows, outputs);

        for (var i = 0; i < count; i++)
        {
            AssertSame(outputs[i], PredictOne(single, rows[i]), $"row {i}");
        }
    }

    [Test]
    public async Task Batches_of_changing_size_do_not_disturb_one_another()
    {
        using var model = await LoadAsync();
        using var single = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        using var batch = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = MakeRows(100);
        foreach (var (start, count) in new[] { (0, 5), (20, 1), (30, 64), (3, 2), (90, 5), (50, 0), (7, 1) })
        {
            var outputs = MakeOutputs(count);

            batch.Predict(rows.AsSpan(start, count), outputs);

            for (var i = 0; i < count; i++)
            {
                AssertSame(outputs[i], PredictOne(single, rows[start + i]), $"row {i} of {count} from {start}");
            }
        }
    }

    [Test]
    public async Task Predictors_on_several_threads_agree_with_one()
    {
        using var model = await LoadAsync();
        var rows = MakeRows(50);
        var expected = MakeOutputs(rows.Length);
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
    public async Task Predictor_goes_on_after_a_call_that_threw()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var rows = MakeRows(3);
        var expected = PredictOne(predictor, rows[0]);

        Assert.That(() => predictor.Predict(rows, MakeOutputs(2)), Throws.InstanceOf<ArgumentException>(), "fewer outputs than inputs");
        Assert.That(() => predictor.Predict(null!, new LabelAndProbabilities()), Throws.InstanceOf<ArgumentException>(), "no input");
        Assert.That(() => predictor.Predict([rows[1], null!, rows[2]], MakeOutputs(3)), Throws.InstanceOf<ArgumentException>(), "a row that is null");
        Assert.That(() => predictor.Predict(rows[1], null!), Throws.InstanceOf<ArgumentException>(), "no output");

        AssertSame(PredictOne(predictor, rows[0]), expected);
    }

    [Test]
    public async Task Array_of_the_right_length_is_filled_and_any_other_replaced()
    {
        using var model = await LoadAsync();
        using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        var row = MakeRows(1)[0];
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
    public async Task Types_that_do_not_fit_are_refused_with_every_mismatch()
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<NoFeatures, UnknownOutputs>())!;

        var inputs = model.Signature.Inputs.Where(static input => !input.IsOptional).Select(static input => input.Name);
        Assert.That(inputs.Where(input => !misfit.Faults.Any(fault => fault.Member.Contains(input, StringComparison.Ordinal))), Is.Empty, "inputs without a property");
        Assert.That(misfit.Faults.Where(static fault => fault.Member.Contains(nameof(UnknownOutputs.Label), StringComparison.Ordinal)), Is.Not.Empty, "an output of another type");
        Assert.That(misfit.Faults.Where(static fault => fault.Member.Contains(nameof(UnknownOutputs.Weather), StringComparison.Ordinal)), Is.Not.Empty, "an unknown output");
        Assert.That(misfit.Message, Does.Contain(ModelName).And.Contain(nameof(NoFeatures)).And.Contain(nameof(UnknownOutputs)));
    }

    [Test]
    public async Task Inputs_of_other_types_are_refused_by_name()
    {
        using var model = await LoadAsync();

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<FeaturesAsText, LabelAndProbabilities>())!;

        Assert.That(misfit.Faults, Has.Count.EqualTo(model.Signature.Inputs.Count(static input => !input.IsOptional)));
        Assert.That(misfit.Faults.Select(static fault => fault.Expected), Is.All.Contains(nameof(FeatureType.Float32)));
        Assert.That(misfit.Faults.Select(static fault => fault.Found), Is.All.Contains(nameof(FeatureType.String)));
    }

    [Test]
    public async Task Outputs_that_nobody_asks_for_need_no_property()
    {
        using var model = await LoadAsync();
        using var all = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        using var some = model.CreatePredictor<FourFeatures, LabelOnly>();
        var row = MakeRows(1)[0];
        var output = new LabelOnly();

        some.Predict(row, output);

        Assert.That(output.Label, Is.EqualTo(PredictOne(all, row).Label));
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
