using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Quality;

public sealed class SegmentTests
{
    [Test]
    public void A_small_segment_with_a_lower_value_is_not_worse_than_a_large_one()
    {
        // The accuracy is 90 % in 2,000 rows. 'large' has 70 % of 300 rows, 'small' 60 % of 5.
        var (countries, hits) = Build(("other", 1_695, 1_587), ("large", 300, 210), ("small", 5, 3));

        var result = Evaluate(new() { Segments = { "country" }, MinimumRows = 5 }, countries, hits);

        Assert.That(result.Segments.Select(static segment => segment.Value), Is.EqualTo(new[] { "large", "small", "other" }));
        Assert.That(result.Segments[0].WorseBy, Is.GreaterThan(0.1));
        Assert.That(result.Segments[1].WorseBy, Is.LessThan(0));
    }

    [Test]
    public void Segments_without_a_difference_are_rarely_called_worse()
    {
        // 40 segments of equal quality: with single intervals of 95 %, most windows would show a worse segment.
        var random = new Random(1);
        var worse = 0;
        const int Windows = 200;
        for (var window = 0; window < Windows; window++)
        {
            var countries = Enumerable.Range(0, 4_000).Select(static i => $"c{i % 40}").ToArray();
            var hits = countries.Select(_ => random.NextDouble() < 0.8).ToArray();
            worse += Evaluate(new() { Segments = { "country" } }, countries, hits).Segments[0].WorseBy > 0 ? 1 : 0;
        }

        Assert.That(Intervals.Wilson(worse, Windows).Low, Is.LessThanOrEqualTo(0.05), $"{worse} of {Windows} windows");
    }

    [Test]
    public void Small_categories_are_merged()
    {
        var (countries, hits) = Build(("DE", 50, 40), ("FR", 20, 10), ("IT", 15, 5));

        var result = Evaluate(new() { Segments = { "country" } }, countries, hits);

        Assert.That(result.Segments.Select(static segment => (segment.Value, segment.Rows)), Is.EquivalentTo(new[] { ("DE", 50L), ("(2 other values)", 35L) }));
    }

    [Test]
    public void Segments_that_stay_too_small_are_counted()
    {
        var (countries, hits) = Build(("DE", 50, 40), ("FR", 20, 10));

        var result = Evaluate(new() { Segments = { "country" } }, countries, hits);

        Assert.That(result.Segments, Has.Count.EqualTo(1));
        Assert.That(result.Warnings, Does.Contain("1 segments of 'country' are not shown, because they have fewer than 30 rows."));
    }

    [Test]
    public void One_hundred_thousand_categories_use_bounded_memory_and_lose_no_row()
    {
        var countries = Enumerable.Range(0, 100_000).Select(static i => $"c{i}").ToArray();

        var result = Evaluate(new() { Segments = { "country" } }, countries, new bool[countries.Length]);

        Assert.That(result.Segments.Select(static segment => (segment.Value, segment.Rows)), Is.EqualTo(new[] { ("(other values)", 100_000L) }));
    }

    [Test]
    public void Numbers_have_a_segment_for_each_quarter()
    {
        var amounts = Enumerable.Range(1, 400).Select(static i => (double)i).ToArray();

        var result = Evaluate(new() { Segments = { "amount" } }, amounts, [.. amounts.Select(static amount => amount <= 300)]);

        Assert.That(result.Segments.Select(static segment => (segment.Value, segment.Rows)), Is.EquivalentTo(
            new[] { ("≤ 100", 100L), ("> 100 and ≤ 200", 100L), ("> 200 and ≤ 300", 100L), ("> 300", 100L) }));
        Assert.That(result.Segments[0].Value, Is.EqualTo("> 300"));
    }

    [Test]
    public void The_baseline_defines_the_ranges()
    {
        var profile = new FeatureProfile
        {
            Name = "amount",
            IsText = false,
            Count = 80,
            BinEdges = [10, 20, 30, 40, 50, 60, 70],
            BinCounts = [10, 10, 10, 10, 10, 10, 10, 10],
        };
        var amounts = Enumerable.Range(0, 400).Select(static i => i / 4.0).ToArray();
        var rows = Rows.Of(("PredictedLabel", amounts.Select(static _ => 1.0).ToArray()), ("input.amount", amounts));
        var evaluator = new QualityEvaluator(new() { Segments = { "amount" } }, rows.Columns, null, new DataProfile(80, [profile]));

        evaluator.Add(rows, Rows.Actuals([.. amounts.Select(static _ => 1.0)]));

        Assert.That(evaluator.ToResult(400).Segments.Select(static segment => segment.Value), Is.EquivalentTo(
            new[] { "≤ 20", "> 20 and ≤ 40", "> 40 and ≤ 60", "> 60" }));
    }

    [Test]
    public void A_constant_column_is_one_segment()
    {
        var result = Evaluate(new() { Segments = { "amount" } }, Enumerable.Repeat(7.0, 100).ToArray(), new bool[100]);

        Assert.That(result.Segments.Select(static segment => (segment.Value, segment.Rows)), Is.EqualTo(new[] { ("all", 100L) }));
    }

    [Test]
    public void Rows_whose_features_were_not_sampled_are_not_faults()
    {
        var countries = Enumerable.Range(0, 100).Select(static i => i < 40 ? "fr" : null).ToArray();
        var rows = Rows.Of(("PredictedLabel", Enumerable.Repeat("a", 100).ToArray()), ("country", countries));
        var evaluator = new QualityEvaluator(new() { Segments = { "country", "PredictedLabel" } }, rows.Columns);

        evaluator.Add(rows, Rows.Actuals([.. Enumerable.Repeat("a", 100)]), [.. Enumerable.Range(0, 100).Select(static i => i < 50)]);
        var result = evaluator.ToResult(100);

        Assert.That(
            result.Segments.Select(static segment => (segment.Feature, segment.Rows)), Is.EquivalentTo(new[] { ("country", 40L), ("PredictedLabel", 100L) }));
        Assert.That(result.Warnings.Where(static warning => warning.Contains("'country'")), Has.One.StartsWith("10 rows with an outcome have no value"));
    }

    [Test]
    public void Rows_without_a_value_are_counted()
    {
        var amounts = Enumerable.Repeat(MlOps.Datasets.RowBatch.Missing, 100).ToArray();

        var result = Evaluate(new() { Segments = { "amount" } }, amounts, new bool[100]);

        Assert.That(result.Segments, Is.Empty);
        Assert.That(result.Warnings, Has.Some.StartsWith("100 rows with an outcome have no value of 'amount'"));
    }

    [Test]
    public void Segments_of_a_regression_with_a_larger_error_are_worse()
    {
        var rows = Rows.Of(
            ("Score", Enumerable.Range(0, 200).Select(static i => i < 100 ? 1 + (i % 2) : 5.0 + (i % 2)).ToArray()),
            ("country", Enumerable.Range(0, 200).Select(static i => i < 100 ? "DE" : "FR").ToArray()));

        var result = Rows.Evaluate(new() { Segments = { "country" }, SegmentMetric = "rmse" }, rows, Rows.Actuals(new double[200]));

        Assert.That(result.Segments[0].Value, Is.EqualTo("FR"));
        Assert.That(result.Segments[0].Estimate.Value, Is.EqualTo(Math.Sqrt(30.5)).Within(1e-12));
        Assert.That((result.Segments[0].WorseBy > 0, result.Segments[1].WorseBy < 0), Is.EqualTo((true, true)));
    }

    [TestCase("precision", 0.75)]
    [TestCase("recall", 0.6)]
    [TestCase("brier", 0.4)]
    public void The_metric_of_the_segments_can_be_chosen(string metric, double expected)
    {
        // Hits 3, false alarms 1, misses 2, correct rejections 4; the Brier score of a wrong row is 1.
        double[] predicted = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
        var rows = Rows.Of(("PredictedLabel", predicted), ("Probability", predicted), ("country", Enumerable.Repeat("DE", 10).ToArray()));

        var options = new QualityOptions { Segments = { "country" }, SegmentMetric = metric, MinimumRows = 2 };

        var result = Rows.Evaluate(options, rows, Rows.Actuals(1, 1, 1, 0, 1, 1, 0, 0, 0, metric == "brier" ? 1 : 0));

        Assert.That(result.Segments[0].Estimate.Value, Is.EqualTo(expected).Within(1e-12));
    }

    private static (string[] Values, bool[] Hits) Build(params (string Value, int Rows, int Hits)[] segments) => (
        [.. segments.SelectMany(static segment => Enumerable.Repeat(segment.Value, segment.Rows))],
        [.. segments.SelectMany(static segment => Enumerable.Range(0, segment.Rows).Select(i => i < segment.Hits))]);

    private static QualityResult Evaluate(QualityOptions options, Array values, bool[] hits)
    {
        var rows = Rows.Of(("PredictedLabel", hits.Select(static _ => 1.0).ToArray()), (options.Segments[0], values));
        return Rows.Evaluate(options, rows, Rows.Actuals([.. hits.Select(static hit => hit ? 1.0 : 0)]));
    }
}
