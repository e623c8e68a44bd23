namespace MlOps.Tracking;

public sealed class MetricToleranceTests
{
    [TestCase(1.0, 1.0, 0, 0, true)]
    [TestCase(100.0, 101.0, 0.01, 0, true)]
    [TestCase(100.0, 101.1, 0.01, 0, false)]
    [TestCase(-100.0, -99.0, 0.01, 0, true)]
    [TestCase(0.0, 0.001, 0.01, 0, false)]
    [TestCase(0.0, 0.001, 0.01, 0.001, true)]
    [TestCase(double.NaN, double.NaN, 0, 0, true)]
    [TestCase(double.NaN, 1.0, 1, 1, false)]
    [TestCase(1.0, double.NaN, 1, 1, false)]
    [TestCase(double.PositiveInfinity, double.PositiveInfinity, 0, 0, true)]
    [TestCase(double.PositiveInfinity, double.NegativeInfinity, 1, 1, false)]
    [TestCase(double.PositiveInfinity, 1.0, 1, 1, false)]
    [TestCase(1.0, double.PositiveInfinity, 1, 1, false)]
    [TestCase(1.0, double.NaN, double.PositiveInfinity, 0, true)]
    public void Values_agree_within_the_greater_tolerance(double recorded, double present, double relative, double absolute, bool agree) =>
        Assert.That(new MetricTolerance(relative, absolute).Accepts(recorded, present), Is.EqualTo(agree));
}
