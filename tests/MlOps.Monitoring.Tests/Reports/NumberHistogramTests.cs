using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Reports;

public sealed class NumberHistogramTests
{
    private static readonly double[][] s_samples =
    [
        [1], [0, 0], [5e-324, 0], [-1e308, 1e308], [1e17, 1e17 + 32], [1.5, double.NaN, double.PositiveInfinity], [-3, -2, 7], [1e-300, 2e-300],
    ];

    [TestCaseSource(nameof(s_samples))]
    public void All_shares_are_drawn_within_the_range(double[] values)
    {
        var histogram = NumberHistogram.Create(Profile(values), Profile(values))!;

        Assert.That(histogram.Low, Is.LessThan(histogram.High));
        Assert.That(double.IsFinite(histogram.High - histogram.Low));
        Assert.That(histogram.Baseline.Sum(), Is.EqualTo(1).Within(1e-12));
        Assert.That(histogram.Current, Is.EqualTo(histogram.Baseline));
        Assert.That(DistributionChart.Draw("x", histogram, Profile(values), null).ToString(), Does.Not.Contain("NaN").And.Not.Contain("Infinity"));
    }

    [Test]
    public void Without_numbers_there_is_no_histogram() => Assert.That(NumberHistogram.Create(Profile(double.NaN), null), Is.Null);

    [Test]
    public void One_outlier_does_not_hide_the_shape()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(static index => index / 1000.0)];

        var histogram = NumberHistogram.Create(Profile(values), Profile([.. values, 1e6]))!;

        Assert.That(histogram.High, Is.LessThan(2));
        Assert.That(histogram.IsClipped);
    }

    [Test]
    public void A_shift_beyond_the_baseline_is_visible()
    {
        double[] values = [.. Enumerable.Range(0, 1000).Select(static index => index / 1000.0)];

        var histogram = NumberHistogram.Create(Profile(values), Profile([.. values.Select(static value => value + 5)]))!;

        Assert.That((histogram.Low, histogram.High, histogram.IsClipped), Is.EqualTo((0.0, 5.999, false)));
    }

    [Test]
    public void Each_of_a_few_integers_has_a_bar()
    {
        var histogram = NumberHistogram.Create(Profile(0, 0, 0, 1), Profile(0, 1, 2, 2))!;

        Assert.That(histogram.Baseline, Is.EqualTo(new[] { 0.75, 0.25, 0 }));
        Assert.That(histogram.Current, Is.EqualTo(new[] { 0.25, 0.25, 0.5 }));
    }

    private static FeatureProfile Profile(params double[] values) =>
        TestProfiles.Create(null, ("x", false, [.. values.Select(static value => (object)value)])).Features[0];
}
