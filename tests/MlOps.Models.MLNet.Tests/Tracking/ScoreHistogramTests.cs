namespace MlOps.Tracking;

public sealed class ScoreHistogramTests
{
    [Test]
    public void Rows_are_counted_from_the_greatest_score_on()
    {
        var counts = new ScoreHistogram();
        (
            float,
            bool)[] rows = [(-1, false), (float.PositiveInfinity, true), (0f, true), (-0f, false), (-2, true), (float.NegativeInfinity, false), (1e-40f, true)];
        Array.ForEach(rows, row => counts.Add(row.Item1, row.Item2));

        Assert.That(counts.Accumulate(), Is.EqualTo(new ThresholdCount[]
        {
            new(double.PositiveInfinity, 1, 0), new(1e-40f, 2, 0), new(0, 3, 1), new(-1, 3, 2), new(-2, 4, 2), new(double.NegativeInfinity, 4, 3),
        }));
    }

    [Test]
    public void Beyond_the_capacity_adjacent_scores_are_combined_without_losing_rows()
    {
        var random = new Random(1);
        var (exact, bounded) = (new ScoreHistogram(1_000_000), new ScoreHistogram(1000));
        for (var i = 0; i < 100_000; i++)
        {
            var isPositive = random.NextSingle() < 0.3;
            var score = (float)((random.NextDouble() * 4) - 2 + (isPositive ? 1 : 0));
            exact.Add(score, isPositive);
            bounded.Add(score, isPositive);
        }

        var (all, few) = (exact.Accumulate(), bounded.Accumulate());

        Assert.That(few, Has.Count.LessThanOrEqualTo(1000).And.Count.GreaterThan(100));
        Assert.That((few[^1].TruePositives, few[^1].FalsePositives), Is.EqualTo((all[^1].TruePositives, all[^1].FalsePositives)));
        Assert.That(AreaOf(few), Is.EqualTo(AreaOf(all)).Within(1e-3));
        Assert.That(few, Has.All.Matches<ThresholdCount>(cell => all.Where(score => score.Threshold >= cell.Threshold).Last() is var last
            && last.TruePositives == cell.TruePositives && last.FalsePositives == cell.FalsePositives));
    }

    [Test]
    public void Points_on_a_straight_line_are_left_out()
    {
        (double X, double Y)[] points = [(0, 0), (0, 0.25), (0, 0.5), (0.5, 0.75), (1, 1), (0.5, 1)];

        Assert.That(CurveSimplifier.Keep(points, static point => point), Is.EqualTo(new (double, double)[] { (0, 0), (0, 0.5), (1, 1), (0.5, 1) }));
    }

    private static double AreaOf(IReadOnlyList<ThresholdCount> counts)
    {
        var area = 0.0;
        var before = default(ThresholdCount);
        foreach (var count in counts)
        {
            area += (count.FalsePositives - before.FalsePositives) * (double)(count.TruePositives + before.TruePositives) / 2;
            before = count;
        }

        return area / before.TruePositives / before.FalsePositives;
    }
}
