namespace MlOps.Reports;

public sealed class DisplayTextTests
{
    [TestCase(0.123456, "0.1235")]
    [TestCase(0.92, "0.92")]
    [TestCase(-12.34567, "-12.35")]
    [TestCase(1234.5678, "1235")]
    [TestCase(0.00012345, "0.0001234")]
    [TestCase(0.000012345, "1.234e-5")]
    [TestCase(12345.678, "1.235e4")]
    [TestCase(9999.96, "1e4")]
    [TestCase(60000, "60000")]
    [TestCase(-0.0, "0")]
    [TestCase(3e9, "3e9")]
    [TestCase(1e300, "1e300")]
    [TestCase(double.NaN, "NaN")]
    [TestCase(double.PositiveInfinity, "∞")]
    [TestCase(double.NegativeInfinity, "−∞")]
    public void Numbers_have_four_significant_digits(double value, string text) => Assert.That(DisplayText.Number(value), Is.EqualTo(text));

    [TestCase("00:00:00", "0 ms")]
    [TestCase("00:00:00.3456", "345 ms")]
    [TestCase("00:00:12.34", "12.3 s")]
    [TestCase("00:00:59.99", "59.9 s")]
    [TestCase("00:03:12.9", "3 min 12 s")]
    [TestCase("00:03:00", "3 min")]
    [TestCase("01:05:59", "1 h 5 min")]
    [TestCase("2.03:59:00", "2 d 3 h")]
    public void Durations_have_their_two_largest_units(string duration, string text) =>
        Assert.That(DisplayText.Duration(TimeSpan.Parse(duration, System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(text));
}
