using CsCheck;

namespace MlOps.Monitoring.Quality;

public sealed class ScoreHistogramTests
{
    [Test]
    public void Bins_bound_the_error_of_the_areas()
    {
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Double[0.1, 3]).Sample(
            (seed, slope) =>
            {
                var random = new Random(seed);
                var (exact, binned) = (new ScoreHistogram(10_000), new ScoreHistogram(200));
                for (var i = 0; i < 5_000; i++)
                {
                    var score = random.NextDouble();
                    var isPositive = random.NextDouble() < Math.Pow(score, slope);
                    exact.Add(score, isPositive, isAccepted: false);
                    binned.Add(score, isPositive, isAccepted: false);
                }

                var (one, other) = (exact.ToBins(), binned.ToBins());
                var auc = RankMetrics.Auc(one, isExact: true);
                var average = RankMetrics.AveragePrecision(one, isExact: true);
                var (narrowAuc, wideAuc) = (RankMetrics.Auc(other, isExact: true), RankMetrics.Auc(other, isExact: false));
                var (narrowAverage, wideAverage) = (RankMetrics.AveragePrecision(other, isExact: true), RankMetrics.AveragePrecision(other, isExact: false));
                return exact.IsExact && !binned.IsExact && other.Count <= 20
                    && Math.Abs(auc.Value - wideAuc.Value) <= narrowAuc.Low - wideAuc.Low + 1e-12
                    && Math.Abs(average.Value - wideAverage.Value) <= narrowAverage.Low - wideAverage.Low + 1e-12;
            },
            iter: 50);
    }

    [Test]
    public void Counts_stay_exact_in_bins()
    {
        var random = new Random(1);
        var scores = new ScoreHistogram(100);
        for (var i = 0; i < 10_000; i++)
        {
            scores.Add(random.NextDouble() * (i < 100 ? 0.1 : 1), i % 3 == 0 ? null : i % 3 == 1, isAccepted: i % 5 == 0);
        }

        var bins = scores.ToBins();

        Assert.That(bins.Sum(static bin => bin.Positives), Is.EqualTo(3_333));
        Assert.That(bins.Sum(static bin => bin.Negatives), Is.EqualTo(3_333));
        Assert.That(bins.Sum(static bin => bin.Accepted), Is.EqualTo(2_000));
        Assert.That(bins.Sum(static bin => bin.Declined), Is.EqualTo(8_000));
        Assert.That(bins.Select(static bin => bin.Score), Is.Ordered);
    }

    [Test]
    public void A_constant_score_has_the_area_one_half()
    {
        var scores = new ScoreHistogram(10);
        for (var i = 0; i < 1_000; i++)
        {
            scores.Add(0.5, i % 2 == 0, isAccepted: true);
        }

        Assert.That(RankMetrics.Auc(scores.ToBins(), scores.IsExact).Value, Is.EqualTo(0.5));
    }

    [Test]
    public void A_perfect_order_has_an_interval_below_one()
    {
        var scores = new ScoreHistogram(100);
        for (var i = 0; i < 40; i++)
        {
            scores.Add(i, i >= 20, isAccepted: false);
        }

        var auc = RankMetrics.Auc(scores.ToBins(), scores.IsExact);

        Assert.That((auc.Value, auc.High), Is.EqualTo((1.0, 1.0)));
        Assert.That(auc.Low, Is.InRange(0.8, 0.9));
    }

    [Test]
    public void More_rows_than_are_kept_are_reported()
    {
        const int Count = ClassificationQuality.ExactRows + 1;
        var random = new Random(1);
        var scores = Enumerable.Range(0, Count).Select(_ => random.NextDouble()).ToArray();

        var result = Rows.Evaluate(new(), Rows.Of(("Probability", scores)), Rows.Actuals([.. scores.Select(score => random.NextDouble() < score ? 1.0 : 0)]));

        Assert.That(result.Warnings, Has.Some.StartsWith("auc and auprc are computed from bins"));
        Assert.That(result.Metrics["auc"].Value, Is.EqualTo(5.0 / 6).Within(0.01));
    }
}
