namespace MlOps.Monitoring.Drift;

public sealed class StatisticsTests
{
    private static readonly double[] s_values = [1, 2, 3, 4];

    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "Infinity")]
    public void Values_that_are_not_finite_are_refused_by_every_test_of_samples(double value, string text)
    {
        double[] values = [1, value];
        Action[] calls =
        [
            () => TwoSampleTests.KolmogorovSmirnov(s_values, values),
            () => TwoSampleTests.MannWhitney(values, s_values),
            () => TwoSampleTests.MannWhitneyExact(s_values, values),
            () => TwoSampleTests.AndersonDarling(s_values, values),
            () => TwoSampleTests.CramerVonMises(s_values, values),
            () => TwoSampleTests.WelchT(s_values, values),
            () => SampleDistances.Wasserstein(s_values, values),
            () => SampleDistances.NormalizedWasserstein(s_values, values),
            () => SampleDistances.Energy(values, s_values),
            () => SampleDistances.StandardDeviation(values),
            () => SampleBins.DecileEdges(values),
            () => SampleBins.Count(values, [1]),
        ];

        foreach (var call in calls)
        {
            Assert.That(() => call(), Throws.ArgumentException.With.Message.Contains($"The value at index 1 is {text}."));
        }
    }

    [Test]
    public void Empty_samples_are_refused()
    {
        Assert.That(static () => TwoSampleTests.KolmogorovSmirnov([], s_values), Throws.ArgumentException.With.Message.Contains("has no values"));
        Assert.That(static () => TwoSampleTests.MannWhitney(s_values, []), Throws.ArgumentException);
        Assert.That(static () => SampleDistances.Wasserstein([], s_values), Throws.ArgumentException);
        Assert.That(static () => SampleBins.DecileEdges([]), Throws.ArgumentException);
        Assert.That(static () => CategoryTests.ChiSquare([0, 0], [1, 2]), Throws.ArgumentException.With.Message.Contains("A sample has no values"));
    }

    [Test]
    public void Counts_that_do_not_match_are_refused()
    {
        Assert.That(static () => Divergences.Hellinger([1, 2], [1]), Throws.ArgumentException.With.Message.Contains("2 counts"));
        Assert.That(static () => Divergences.Hellinger([], []), Throws.ArgumentException.With.Message.Contains("no categories"));
        Assert.That(static () => Divergences.Hellinger([1, -2], [1, 1]), Throws.ArgumentException.With.Message.Contains("index 1 is -2"));
        Assert.That(static () => CategoryTests.ChiSquare([1, 0], [1, 0]), Throws.ArgumentException.With.Message.Contains("index 1 has no values in either"));
        Assert.That(static () => CategoryTests.FisherExact([1, 1, 1], [1, 1, 1]), Throws.ArgumentException.With.Message.Contains("needs two"));
        Assert.That(static () => CategoryTests.TwoProportions(3, 2, 1, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void The_exact_Mann_Whitney_test_refuses_samples_that_are_too_large() => Assert.That(
        static () => TwoSampleTests.MannWhitneyExact(TestProfiles.Grid(501), TestProfiles.Grid(500)),
        Throws.ArgumentException.With.Message.Contains("501 and 500 values").And.Message.Contains("Use MannWhitney."));

    [Test]
    public void The_exact_p_value_sums_over_all_orders_of_small_samples()
    {
        // Of the 20 orders of 3 and 3 values, 2 have D = 1, and 12 have D of at least 2/3.
        Assert.That(TwoSampleTests.KolmogorovSmirnov([1, 2, 3], [4, 5, 6]).ExactPValue(), Is.EqualTo(0.1).Within(1e-15));
        Assert.That(TwoSampleTests.KolmogorovSmirnov([1, 2, 4], [3, 5, 6]).ExactPValue(), Is.EqualTo(0.6).Within(1e-15));
        Assert.That(TwoSampleTests.MannWhitneyExact([1, 2, 3], [4, 5, 6]).PValue, Is.EqualTo(0.1).Within(1e-15));
    }

    [TestCase(5, 7)]
    [TestCase(6, 9)]
    [TestCase(8, 8)]
    public void The_exact_p_value_is_the_share_of_orders(int first, int second)
    {
        var distances = Enumerable.Range(0, 1 << (first + second)).Where(bits => int.PopCount(bits) == first).Select(bits =>
        {
            var places = Enumerable.Range(0, first + second).ToLookup(place => ((bits >> place) & 1) == 1, static place => (double)place);
            return TwoSampleTests.KolmogorovSmirnov([.. places[true]], [.. places[false]]);
        }).ToArray();

        foreach (var group in distances.GroupBy(static result => Math.Round(result.Statistic, 9)))
        {
            var share = distances.Count(result => result.Statistic >= group.Key - 1e-8) / (double)distances.Length;
            Assert.That(group.First().ExactPValue(), Is.EqualTo(share).Within(1e-12), $"D = {group.Key}");
        }
    }

    [Test]
    public void Small_exact_p_values_keep_their_relative_accuracy()
    {
        // 2 / C(110, 50): the two orders in which the samples do not overlap.
        var result = TwoSampleTests.KolmogorovSmirnov(TestProfiles.Grid(50), TestProfiles.Grid(60, 2));

        Assert.That(result.ExactPValue(), Is.EqualTo(3.186853303986419e-32).Within(1e-10).Percent);
    }

    [Test]
    public void The_distribution_of_large_samples_agrees_between_the_methods()
    {
        // The matrix of Durbin and the expansion of Pelz and Good, at the border of their ranges.
        var matrix = 1 - DurbinMatrix.Probability(2_000, 0.0125);

        Assert.That(1 - PelzGood.Probability(2_000, 0.0125), Is.EqualTo(matrix).Within(1e-7));
        Assert.That(KolmogorovDistribution.Limit(0.0125 * Math.Sqrt(2_000)), Is.EqualTo(matrix).Within(0.01));
    }

    [Test]
    public void The_limit_is_continuous_between_its_two_series() =>
        Assert.That(KolmogorovDistribution.Limit(0.82 - 1e-12), Is.EqualTo(KolmogorovDistribution.Limit(0.82 + 1e-12)).Within(1e-11));

    [Test]
    public void An_outlier_hides_no_shift_in_bins_of_the_reference()
    {
        var reference = TestProfiles.Grid(1_000);
        double[] current = [.. TestProfiles.Grid(999, 0.3), 1e6];
        var edges = SampleBins.DecileEdges(reference);

        Assert.That(Divergences.PopulationStability(SampleBins.Count(reference, edges), SampleBins.Count(current, edges)), Is.GreaterThan(1));
    }

    [Test]
    public void The_correction_of_Benjamini_and_Hochberg_is_monotonic() =>
        Assert.That(BenjaminiHochberg.Adjust([0.01, 0.04, 0.03, 0.9]), Is.EqualTo(new[] { 0.04, 0.16 / 3, 0.16 / 3, 0.9 }).Within(1e-15));

    [TestCase(0.0, "0 %")]
    [TestCase(0.0004, "less than 0.1 %")]
    [TestCase(0.0456, "4.6 %")]
    [TestCase(0.456, "46 %")]
    [TestCase(0.9996, "99.9 %")]
    [TestCase(1.0, "100 %")]
    public void Shares_are_written_for_people(double share, string text) => Assert.That(Words.Share(share), Is.EqualTo(text));
}
