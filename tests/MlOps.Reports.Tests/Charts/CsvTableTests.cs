using Sylvan.Data.Csv;

namespace MlOps.Reports;

public sealed class CsvTableTests
{
    [TestCaseSource(typeof(HostileText), nameof(HostileText.All))]
    public void Texts_round_trip_and_never_become_formulas(string text)
    {
        var table = new CsvTable("name", "value");
        table.AddRow(text, "after");

        using var reader = CsvDataReader.Create(new StringReader(table.ToString()), new CsvDataReaderOptions { Delimiter = ',' });
        reader.Read();
        var cell = reader.GetString(0);

        Assert.That(cell.TrimStart('\''), Is.EqualTo(text.TrimStart('\'')));
        Assert.That(cell, Does.Not.Match("^[=+@\\t\\r\\n-]"));
        Assert.That(reader.GetString(1), Is.EqualTo("after"));
        Assert.That(reader.Read(), Is.False);
    }

    [TestCase("-1")]
    [TestCase("+1.5e-7")]
    [TestCase("-0.25")]
    [TestCase("-Infinity")]
    public void A_number_stays_a_number(string number)
    {
        var table = new CsvTable("value");
        table.AddRow(number);

        Assert.That(table.ToString(), Is.EqualTo($"value\r\n{number}\r\n"));
    }

    [Test]
    public void Numbers_are_written_in_full()
    {
        var table = new CsvTable("a", "b", "c");
        table.AddRow(0.1, double.NaN, 1.0 / 3);

        Assert.That(table.ToString(), Is.EqualTo("a,b,c\r\n0.1,NaN,0.3333333333333333\r\n"));
    }
}
