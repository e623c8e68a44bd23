using CsCheck;

namespace MlOps.Datasets;

public sealed class SummaryTests
{
    [Test]
    public void One_pass_gives_the_same_figures_as_two_passes() => Gen.Double[-1e6, 1e6].Array[2, 200].Sample(static numbers =>
    {
        var summary = new NumberSummary(1000);
        foreach (var number in numbers)
        {
            summary.Add(number);
        }

        var mean = numbers.Average();
        var deviation = Math.Sqrt(numbers.Sum(number => (number - mean) * (number - mean)) / (numbers.Length - 1));
        return Math.Abs(summary.Mean!.Value - mean) <= 1e-6 && Math.Abs(summary.StandardDeviation!.Value - deviation) <= 1e-6
            && summary.Minimum == numbers.Min() && summary.Maximum == numbers.Max() && summary.Distinct == numbers.Distinct().Count();
    });

    /// <summary>With Σx² − (Σx)²/n the deviation of these would come out as 0 or as the root of a negative number.</summary>
    [Test]
    public void A_small_deviation_on_a_large_mean_is_not_lost()
    {
        var summary = new NumberSummary(1000);
        foreach (var offset in new[] { 4, 7, 13, 16 })
        {
            summary.Add(1e9 + offset);
        }

        Assert.That(summary.StandardDeviation, Is.EqualTo(Math.Sqrt(30)).Within(1e-9));
    }

    [Test]
    public void The_deviation_of_integers_of_any_size_is_exact() =>
        Gen.Select(Gen.Long, Gen.Int[0, 1000].Array[2, 50]).Sample(static (offset, numbers) =>
    {
        var (small, large) = (new NumberSummary(1000), new NumberSummary(1000));
        foreach (var number in numbers)
        {
            small.Add(number);
            large.Add((Int128)offset + number);
        }

        return Math.Abs(small.StandardDeviation!.Value - large.StandardDeviation!.Value) <= 1e-9
            && large.ExactMaximum == (Int128)offset + numbers.Max() && large.Distinct == small.Distinct;
    });

    [Test]
    public void Squares_beyond_double_precision_make_the_deviation_unknown()
    {
        var summary = new NumberSummary(1000);
        summary.Add(-1e200);
        summary.Add(1e200);

        Assert.That((summary.Mean, summary.StandardDeviation), Is.EqualTo((0.0, double.NaN)));
    }

    [Test]
    public void Distinct_values_are_counted_up_to_the_limit()
    {
        var counter = new DistinctCounter(limit: 3);

        counter.Add("a");
        counter.Add("b");
        counter.Add("a");
        counter.Add("c");
        Assert.That(counter.Count, Is.EqualTo(3));

        counter.Add("d");
        Assert.That(counter.Count, Is.Null);
    }

    [TestCase(1, 10_000)]
    [TestCase(100, 10_000)]
    [TestCase(1000, 1000)]
    [TestCase(5_000_000, 1)]
    public void The_bound_of_all_columns_together_is_a_million(int columns, int limit) => Assert.That(DistinctCounter.LimitFor(columns), Is.EqualTo(limit));
}
