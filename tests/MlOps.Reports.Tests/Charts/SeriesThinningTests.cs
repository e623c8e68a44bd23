using CsCheck;

namespace MlOps.Reports;

public sealed class SeriesThinningTests
{
    [Test]
    public void Up_to_the_limit_nothing_is_left_out()
    {
        var points = Enumerable.Range(0, 100).Select(static index => (double)index).ToArray();

        Assert.That(Thin(points, 100), Is.EqualTo(points));
    }

    [Test]
    public void A_long_series_keeps_its_ends_its_extremes_and_its_order() =>
        Gen.Select(Gen.Double[-1000, 1000].Array[101, 5000], Gen.Int[20, 100]).Sample((points, limit) =>
        {
            var thinned = Thin(points, limit);

            Assert.That(thinned, Has.Length.LessThanOrEqualTo(limit));
            Assert.That(thinned[0], Is.EqualTo(points[0]));
            Assert.That(thinned[^1], Is.EqualTo(points[^1]));
            Assert.That(thinned.Min(), Is.EqualTo(points.Min()));
            Assert.That(thinned.Max(), Is.EqualTo(points.Max()));
            Assert.That(IsSubsequence(thinned, points));
        });

    [Test]
    public void A_gap_stays_a_gap()
    {
        var points = Enumerable.Range(0, 10_000).Select(static index => index == 5000 ? double.NaN : index).ToArray();

        Assert.That(Thin(points, 100).Count(double.IsNaN), Is.EqualTo(1));
    }

    [Test]
    public void All_segments_of_a_long_series_are_thinned_equally()
    {
        var points = Enumerable.Range(0, 1_000_000).Select(static index => (double)index).ToArray();

        var gaps = Thin(points, 500).Zip(Thin(points, 500).Skip(1), static (left, right) => right - left);

        Assert.That(gaps.Max(), Is.LessThan(10_000));
    }

    private static double[] Thin(double[] points, int limit)
    {
        var thinning = new SeriesThinning<double>(limit, static point => point);
        Array.ForEach(points, thinning.Add);
        return thinning.ToArray();
    }

    private static bool IsSubsequence(double[] part, double[] whole)
    {
        var found = 0;
        foreach (var value in whole)
        {
            found += found < part.Length && part[found].Equals(value) ? 1 : 0;
        }

        return found == part.Length;
    }
}
