namespace MlOps.Monitoring.Reports;

public sealed class ReportTextTests
{
    [TestCase(0, "0 %")]
    [TestCase(0.00001, "< 0.1 %")]
    [TestCase(0.0123, "1.2 %")]
    [TestCase(0.5, "50 %")]
    [TestCase(0.996, "99.6 %")]
    [TestCase(0.99999, "> 99.9 %")]
    [TestCase(1, "100 %")]
    [TestCase(double.NaN, "–")]
    public void A_percentage_is_not_rounded_to_nothing_or_everything(double share, string text) => Assert.That(ReportText.Percent(share), Is.EqualTo(text));

    [TestCase("churn", "\"churn\"")]
    [TestCase("a\"; b\\\r\n", "\"a\\\"; b\\\\\\u000d\\u000a\"")]
    [TestCase("ä\u202e", "\"ä\\u202e\"")]
    public void A_literal_is_one_line_of_valid_code(string text, string literal) => Assert.That(ReportText.Literal(text), Is.EqualTo(literal));

    [TestCase("", "(empty)")]
    [TestCase(" \n ", "(empty)")]
    [TestCase("a\tb", "a b")]
    [TestCase("\u202ea\u0000", "\ufffda\ufffd")]
    public void A_name_is_visible_and_on_one_line(string name, string text) => Assert.That(ReportText.Name(name), Is.EqualTo(text));

    [TestCase(0.86714, "0.867")]
    [TestCase(1234.5, "1230")]
    [TestCase(48213, "48213")]
    [TestCase(double.NegativeInfinity, "−∞")]
    public void A_short_number_has_three_digits(double value, string text) => Assert.That(ReportText.Short(value), Is.EqualTo(text));
}
