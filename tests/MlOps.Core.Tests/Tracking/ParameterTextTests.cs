using System.Globalization;
using MlOps.Documents;

namespace MlOps.Tracking;

public sealed class ParameterTextTests
{
    private static readonly DateTime s_time = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private static IEnumerable<TestCaseData> Values()
    {
        yield return Case(null, "null");
        yield return Case("a \"text\"", "a \"text\"");
        yield return Case("", "");
        yield return Case('c', "c");
        yield return Case(true, "true");
        yield return Case(0.1, "0.1");
        yield return Case(1.0 / 3, "0.3333333333333333");
        yield return Case(1e300, "1E+300");
        yield return Case(-0.0, "-0");
        yield return Case(0.1f, "0.1");
        yield return Case(double.NaN, "NaN");
        yield return Case(double.NegativeInfinity, "-Infinity");
        yield return Case(1.50m, "1.50");
        yield return Case(long.MinValue, "-9223372036854775808");
        yield return Case(DayOfWeek.Friday, "Friday");
        yield return Case(s_time, "2026-01-02T03:04:05Z");
        yield return Case(DateTime.SpecifyKind(s_time, DateTimeKind.Unspecified).AddTicks(1), "2026-01-02T03:04:05.0000001");
        yield return Case(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 250, TimeSpan.FromHours(-5)), "2026-01-02T03:04:05.25-05:00");
        yield return Case(new DateOnly(2026, 1, 2), "2026-01-02");
        yield return Case(new TimeOnly(3, 4, 5), "03:04:05");
        yield return Case(TimeSpan.FromSeconds(90), "00:01:30");
        yield return Case(Guid.Empty, "00000000-0000-0000-0000-000000000000");
        yield return Case(new Uri("https://example.org/a"), "https://example.org/a");
        yield return Case(new[] { 1, 2, 3 }, "[1, 2, 3]");
        yield return Case(Array.Empty<int>(), "[]");
        yield return Case(
            new object?[] { 0.5, null, true, "a, \"b\" \\", DayOfWeek.Monday, s_time },
            "[0.5, null, true, \"a, \\\"b\\\" \\\\\", Monday, 2026-01-02T03:04:05Z]");
        yield return Case(new List<int[]> { new[] { 1, 2 }, Array.Empty<int>() }, "[[1, 2], []]");
        yield return Case(new SortedDictionary<string, object?> { ["a"] = 1, ["b"] = new[] { 2 }, ["c"] = null }, "{\"a\": 1, \"b\": [2], \"c\": null}");
        yield return Case(Enumerable.Range(1, 2).Select(static number => number * 0.5), "[0.5, 1]");

        static TestCaseData Case(object? value, string text) => new(value, text);
    }

    [TestCaseSource(nameof(Values))]
    public void A_value_has_one_text_in_every_culture(object? value, string text)
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            foreach (var name in new[] { "de-DE", "ar-SA", "" })
            {
                CultureInfo.CurrentCulture = new CultureInfo(name);
                Assert.That(ParameterText.Format(value), Is.EqualTo(text), name);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public void Too_long_or_too_deeply_nested_values_are_rejected_with_the_limit()
    {
        var cycle = new List<object>();
        cycle.Add(cycle);

        Assert.That(
            Assert.Throws<ArgumentException>(() => ParameterText.Format(Endless())).Message, Does.Contain($"more than {RecordText.MaxTextLength} characters"));
        Assert.That(Assert.Throws<ArgumentException>(() => ParameterText.Format(cycle)).Message, Does.Contain("nested deeper than 16 levels"));

        static IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return 1;
            }
        }
    }
}
