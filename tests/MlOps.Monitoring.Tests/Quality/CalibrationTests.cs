using System.Runtime.CompilerServices;
using System.Text;
using MathNet.Numerics.Distributions;
using MlOps.Monitoring.Profiles;
using MlOps.Testing;

namespace MlOps.Monitoring.Quality;

public sealed class CalibrationTests
{
    [Test]
    public void Isotonic_regression_pools_adjacent_violators()
    {
        // The rates 1/2, 1, 0, 1 by score: the second and third block violate the order and have the common rate 1/2, as the first.
        var map = IsotonicMap.Fit([Bin(1, 10, 10), Bin(2, 20, 0), Bin(3, 0, 20), Bin(4, 30, 0)])!;

        Assert.That(map.Scores, Is.EqualTo(new[] { 2.0, 4 }));
        Assert.That(map.Rates, Is.EqualTo(new[] { 0.5, 1 }));
        Assert.That(map.Rows, Is.EqualTo(new[] { 60.0, 30 }));
        Assert.That(map.GetRate(map.Locate(3)), Is.EqualTo(0.75), "linear between the centers");
        Assert.That((map.GetRate(map.Locate(-9)), map.GetRate(map.Locate(9))), Is.EqualTo((0.5, 1.0)), "constant outside");
    }

    [Test]
    public void Isotonic_regression_joins_scores_with_few_rows()
    {
        // 16 rows: a group has at least 4 rows, and the last row joins the group before it.
        var map = IsotonicMap.Fit([.. Enumerable.Range(0, 16).Select(static i => Bin(i, i < 8 ? 0 : 1, i < 8 ? 1 : 0)), Bin(16, 1, 0)])!;

        Assert.That(map.Rows.Sum(), Is.EqualTo(17));
        Assert.That(map.Rows, Is.All.GreaterThanOrEqualTo(Math.Sqrt(17)));
        Assert.That((map.Minimum, map.Maximum), Is.EqualTo((0.0, 16.0)));
    }

    [Test]
    public void Unknown_classes_of_a_vector_are_reported_with_one_remedy()
    {
        var labels = Enumerable.Range(0, 150).Select(static i => i % 3 == 0 ? "rain" : i % 3 == 1 ? "fog" : "sun").ToArray();
        var scores = Enumerable.Repeat(1 / 3.0, 150).ToArray();
        var rows = Rows.Of(("PredictedLabel", labels), ("Score[0]", scores), ("Score[1]", scores), ("Score[2]", scores));
        var builder = new CalibrationBuilder(new(), rows.Columns);
        builder.Add(rows, Rows.Actuals(labels));
        var named = new CalibrationBuilder(new() { Classes = { "fog", "rain", "sun" } }, rows.Columns);
        named.Add(rows, Rows.Actuals(labels));

        Assert.That(builder.ToArray(), Is.Null);
        Assert.That(builder.Warnings, Has.Count.EqualTo(2).And.Some.Contains("Set Quality:Classes").And.None.Contains("PositiveClass"));
        Assert.That(Rows.Evaluate(new(), rows, Rows.Actuals(labels), named.ToArray()).Warnings, Has.None.Contains("Create the baseline again"));
    }

    [Test]
    public void A_serialised_calibration_gives_the_same_estimates()
    {
        var (batch, actuals) = CreateRows(1_000, 1);
        var builder = new CalibrationBuilder(new(), batch.Columns);
        builder.Add(batch, actuals);
        var content = builder.ToArray()!;

        var read = Calibration.TryRead(content, new())!;

        Assert.That(read.ToArray(), Is.EqualTo(content));
        Assert.That(read.Classes, Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void Metrics_are_estimated_without_outcomes()
    {
        var (batch, actuals) = CreateRows(20_000, 1);
        var builder = new CalibrationBuilder(new(), batch.Columns);
        builder.Add(batch, actuals);
        var realised = Rows.Evaluate(new(), batch, actuals);

        var result = Rows.Evaluate(new(), batch, new ActualValue[batch.Count], builder.ToArray());

        Assert.That(result.Outcomes, Is.Zero);
        foreach (var (name, estimate) in result.Estimated)
        {
            Assert.That(estimate.Value, Is.EqualTo(realised.Metrics[name].Value).Within(0.01), name);
        }
    }

    [Test]
    public void Outcomes_in_a_column_calibrate_as_well()
    {
        var (batch, actuals) = CreateRows(500, 1);
        var rows = Rows.Of(
            ("Probability", batch.Numbers(0).ToArray()), ("churned", actuals.Select(static actual => actual.Number > 0 ? "true" : "false").ToArray()));
        var options = new QualityOptions { Label = "churned" };
        var (builder, other) = (new CalibrationBuilder(options, rows.Columns), new CalibrationBuilder(new(), batch.Columns));

        builder.Add(rows);
        other.Add(batch, actuals);

        Assert.That(builder.ToArray(), Is.EqualTo(other.ToArray()));
    }

    [Test]
    public async Task Scored_rows_are_calibrated_and_evaluated()
    {
        var (batch, actuals) = CreateRows(2_000, 1);
        var source = new BatchSource(Rows.Of(
            ("Probability", batch.Numbers(0).ToArray()), ("Label", actuals.Select(static actual => actual.Number).ToArray())));

        var baseline = await (await Baseline.CreateAsync(source)).CalibrateAsync(source);
        var result = await ModelQuality.EvaluateAsync(source, baseline: baseline);

        Assert.That(baseline.Warnings, Is.Empty);
        Assert.That((result.Predictions, result.Outcomes), Is.EqualTo((2_000, 2_000)));
        Assert.That(result.Estimated["auc"].Value, Is.EqualTo(result.Metrics["auc"].Value).Within(0.02));
    }

    [Test]
    public void A_class_that_is_rarely_predicted_has_the_calibration_of_all_classes()
    {
        var predicted = Enumerable.Range(0, 400).Select(static i => i % 80 == 0 ? 2.0 : i % 2).ToArray();
        var rows = Rows.Of(
            ("Probability[0]", predicted.Select(static label => label == 0 ? 0.6 : 0.2).ToArray()),
            ("Probability[1]", predicted.Select(static label => label == 1 ? 0.6 : 0.2).ToArray()),
            ("Probability[2]", predicted.Select(static label => label == 2 ? 0.6 : 0.2).ToArray()));
        var builder = new CalibrationBuilder(new(), rows.Columns);
        builder.Add(rows, Rows.Actuals([.. predicted.Select(static (label, i) => i % 4 == 3 ? 0 : label)]));

        var content = builder.ToArray()!;

        Assert.That(Calibration.TryRead(content, new())!.Maps.Select(static map => map is null), Is.EqualTo(new[] { false, false, true, false }));
        Assert.That(Rows.Evaluate(new(), rows, new ActualValue[400], content).Estimated["accuracy"].Value, Is.EqualTo(0.75).Within(0.01));
    }

    [Test]
    public void Concept_drift_does_not_change_the_estimate()
    {
        // The outcomes of all rows are inverted: the realised accuracy collapses, and the estimate without outcomes stays, as documented.
        var (batch, actuals) = CreateRows(5_000, 1);
        var builder = new CalibrationBuilder(new(), batch.Columns);
        builder.Add(batch, actuals);
        var inverted = Rows.Actuals([.. actuals.Select(static actual => 1 - actual.Number)]);

        var result = Rows.Evaluate(new(), batch, inverted, builder.ToArray());

        Assert.That(result.Estimated["accuracy"].Low, Is.GreaterThan(0.7));
        Assert.That(result.Metrics["accuracy"].High, Is.LessThan(0.3));
    }

    [Test]
    public void Scores_outside_the_range_of_the_reference_are_reported()
    {
        var (batch, actuals) = CreateRows(1_000, 1);
        var builder = new CalibrationBuilder(new(), batch.Columns);
        builder.Add(batch, actuals);
        var rows = Rows.Of(("Probability", new[] { 1.0, 0.5, 0.5 }));

        var result = Rows.Evaluate(new(), rows, new ActualValue[3], builder.ToArray());

        Assert.That(result.Warnings, Has.Some.StartsWith("1 scores are outside the range of the reference rows"));
    }

    [Test]
    public void Few_reference_rows_give_no_calibration_and_a_reason()
    {
        var (batch, actuals) = CreateRows(CalibrationBuilder.MinimumRows - 1, 1);
        var builder = new CalibrationBuilder(new(), batch.Columns);

        builder.Add(batch, actuals);

        Assert.That(builder.ToArray(), Is.Null);
        Assert.That(builder.Warnings, Has.Some.StartsWith("There is no calibration, because only 99 reference rows"));
    }

    [Test]
    public void A_regression_has_no_calibration_and_no_estimates()
    {
        var rows = Rows.Of(("Score", new double[200]));
        var builder = new CalibrationBuilder(new(), rows.Columns);

        builder.Add(rows, Rows.Actuals(new double[200]));

        Assert.That((builder.ToArray(), builder.Warnings.Count), Is.EqualTo(((byte[]?)null, 0)));
        Assert.That(Rows.Evaluate(new(), rows, Rows.Actuals(new double[200])).Estimated, Is.Empty);
    }

    [TestCase("", "it is damaged: ")]
    [TestCase("{", "it is damaged: ")]
    [TestCase("null", "it is empty")]
    [TestCase("""{"format":2,"classes":[],"maps":[]}""", "its format is 2, and this version of the library reads 1. Update the library")]
    [TestCase("""{"format":1,"classes":["1"],"maps":[{"scores":[2,1],"rates":[0,1],"rows":[1,1],"minimum":0,"maximum":3}]}""", "inconsistent")]
    [TestCase("""{"format":1,"classes":["1"],"maps":[{"scores":[1],"rates":[2],"rows":[1],"minimum":0,"maximum":3}]}""", "inconsistent")]
    [TestCase("""{"format":1,"classes":["1"],"maps":[null]}""", "inconsistent")]
    public void A_damaged_calibration_is_reported_and_the_rest_is_used(string content, string reason)
    {
        var (batch, actuals) = CreateRows(100, 1);

        var result = Rows.Evaluate(new(), batch, actuals, Encoding.UTF8.GetBytes(content));

        Assert.That(result.Metrics["accuracy"].Value, Is.GreaterThan(0.5));
        Assert.That(result.Estimated, Is.Empty);
        Assert.That(result.Warnings, Has.Some.StartsWith("The metrics are not estimated without outcomes, because the calibration").And.Some.Contains(reason));
    }

    [Test]
    public void A_calibration_of_other_classes_is_reported()
    {
        var (batch, actuals) = CreateRows(200, 1);
        var builder = new CalibrationBuilder(new(), batch.Columns);
        builder.Add(batch, actuals);
        var rows = Rows.Of(("PredictedLabel", new[] { "a", "b" }), ("Probability", new[] { 0.2, 0.7 }));

        var result = Rows.Evaluate(new() { PositiveClass = "b" }, rows, Rows.Actuals("a", "b"), builder.ToArray());

        Assert.That(result.Warnings, Has.Some.Contains("the calibration of the classes 1, and the predictions have others"));
    }

    [Category("Soak")]
    [TestCase(5_000, 1_000, 0.0, 1.5)]
    [TestCase(5_000, 1_000, 0.8, 1.0)]
    [TestCase(2_000, 5_000, 0.8, 1.0)]
    public void The_interval_of_more_classes_covers_the_realised_accuracy(int reference, int rows, double shift, double sharpness)
    {
        var windows = Soak.Count(reduced: 200, full: 2_000);
        var random = new Random(reference);
        var covered = 0;
        for (var window = 0; window < windows; window++)
        {
            var (batch, actuals) = CreateClasses(random, reference, 0, sharpness);
            var builder = new CalibrationBuilder(new(), batch.Columns);
            builder.Add(batch, actuals);
            var (current, outcomes) = CreateClasses(random, rows, shift, sharpness);
            var result = Rows.Evaluate(new(), current, outcomes, builder.ToArray());
            var (estimate, realised) = (result.Estimated["accuracy"], result.Metrics["accuracy"].Value);
            covered += realised >= estimate.Low && realised <= estimate.High ? 1 : 0;
        }

        TestContext.Out.WriteLine($"accuracy: {100.0 * covered / windows:F1} %");
        Assert.That(Intervals.Wilson(covered, windows).High, Is.GreaterThanOrEqualTo(0.95), $"{covered} of {windows}");
    }

    private sealed class BatchSource(Datasets.RowBatch batch) : Datasets.IRowSource
    {
        public IReadOnlyList<Datasets.RowColumn> Columns => batch.Columns;

        public async IAsyncEnumerable<Datasets.RowBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            yield return batch;
        }
    }

    private static ScoreBin Bin(double score, long positives, long negatives) => new(score, positives, negatives, 0, positives + negatives);

    private static (Datasets.RowBatch Batch, ActualValue[] Actuals) CreateRows(int rows, int seed)
    {
        var random = new Random(seed);
        var scores = Enumerable.Range(0, rows).Select(_ => 0.01 + (0.98 * Beta.Sample(random, 0.7, 0.7))).ToArray();
        return (Rows.Of(("Probability", scores)), Rows.Actuals([.. scores.Select(score => random.NextDouble() < score ? 1.0 : 0)]));
    }

    /// <summary>The probabilities of the model are too certain if the sharpness is above 1; the shift makes one class more frequent.</summary>
    private static (Datasets.RowBatch Batch, ActualValue[] Actuals) CreateClasses(Random random, int rows, double shift, double sharpness)
    {
        var (columns, actuals) = (new[] { new double[rows], new double[rows], new double[rows] }, new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            double[] logits = [Normal.Sample(random, 0.5 + shift, 1), Normal.Sample(random, 0, 1.2), Normal.Sample(random, -0.5, 1)];
            var total = logits.Sum(logit => Math.Exp(sharpness * logit));
            var trueTotal = logits.Sum(Math.Exp);
            for (var k = 0; k < 3; k++)
            {
                columns[k][i] = Math.Exp(sharpness * logits[k]) / total;
            }

            var draw = random.NextDouble() * trueTotal;
            actuals[i] = draw < Math.Exp(logits[0]) ? 0 : draw < Math.Exp(logits[0]) + Math.Exp(logits[1]) ? 1 : 2;
        }

        return (Rows.Of(("Probability[0]", columns[0]), ("Probability[1]", columns[1]), ("Probability[2]", columns[2])), Rows.Actuals(actuals));
    }
}
