namespace MlOps.Reports;

public sealed class LinearAxisTests
{
    [TestCase(0.03, 0.97, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(0, 1000, "0 200 400 600 800 1000")]
    [TestCase(-3, 4, "-4 -2 0 2 4")]
    [TestCase(1e-9, 4.2e-9, "1e-9 2e-9 3e-9 4e-9 5e-9")]
    [TestCase(0, 3e7, "0e+0 1e+7 2e+7 3e+7")]
    [TestCase(1000000.001, 1000000.004, "1.000000001e+6 1.000000002e+6 1.000000003e+6 1.000000004e+6")]
    public void Ticks_are_round_numbers_around_the_values(double least, double greatest, string ticks)
    {
        var axis = new LinearAxis([least, greatest]);

        Assert.That(string.Join(' ', axis.Ticks.Select(static tick => tick.Label)), Is.EqualTo(ticks));
    }

    [TestCase(0.5)]
    [TestCase(0)]
    [TestCase(-1e300)]
    [TestCase(5e-324)]
    [TestCase(123456789.125)]
    public void A_single_value_is_in_the_middle_of_the_axis(double value)
    {
        var axis = new LinearAxis([value, value]);

        Assert.That(axis.Place(value), Is.InRange(0.1, 0.9));
        Assert.That(axis.Ticks.Count(), Is.InRange(2, 12));
    }

    [TestCase(-1e300, 1e300)]
    [TestCase(-1e-289, 1e-289)]
    [TestCase(1, 1.0000001)]
    [TestCase(0.1, 0.3)]
    public void Every_value_is_on_the_scale(double least, double greatest)
    {
        var axis = new LinearAxis([least, greatest]);

        Assert.That(axis.Place(least), Is.InRange(-1e-9, 0.5));
        Assert.That(axis.Place(greatest), Is.InRange(0.5, 1 + 1e-9));
        Assert.That(axis.Ticks.Select(static tick => tick.Label), Is.Unique);
    }

    [TestCase(1, 2, "1 2")]
    [TestCase(0, 3, "0 1 2 3")]
    [TestCase(5, 5, "4 5 6")]
    [TestCase(0, 50, "0 10 20 30 40 50")]
    public void A_scale_of_integers_has_no_fractions(double least, double greatest, string ticks)
    {
        var axis = new LinearAxis([least, greatest], minInterval: 1);

        Assert.That(string.Join(' ', axis.Ticks.Select(static tick => tick.Label)), Is.EqualTo(ticks));
    }

    [Test]
    public void Without_values_the_scale_is_from_zero_to_one() => Assert.That(new LinearAxis([]).Ticks.Last().Value, Is.EqualTo(1).Within(1e-12));
}
