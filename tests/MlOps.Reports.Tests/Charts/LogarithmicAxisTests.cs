namespace MlOps.Reports;

public sealed class LogarithmicAxisTests
{
    [TestCase(0.02, 2.3, "0.02 0.05 0.1 0.2 0.5 1 2")]
    [TestCase(0.001, 1, "0.001 0.01 0.1 1")]
    [TestCase(1e-12, 1, "1e-12 1e-9 1e-6 0.001 1")]
    public void Marks_are_powers_of_ten_and_their_simple_multiples(double least, double greatest, string ticks)
    {
        var axis = new LogarithmicAxis(least, greatest);

        Assert.That(string.Join(' ', axis.Ticks.Select(static tick => tick.Label)), Is.EqualTo(ticks));
    }

    [Test]
    public void Equal_ratios_have_equal_distances()
    {
        var axis = new LogarithmicAxis(0.01, 100);

        Assert.That(axis.Place(1), Is.EqualTo(0.5).Within(1e-12));
        Assert.That(axis.Place(0.1) - axis.Place(0.01), Is.EqualTo(axis.Place(100) - axis.Place(10)).Within(1e-12));
        Assert.That((axis.Place(0.01), axis.Place(100)), Is.EqualTo((0.03 / 1.06, 1.03 / 1.06)).Within(1e-12));
    }
}
