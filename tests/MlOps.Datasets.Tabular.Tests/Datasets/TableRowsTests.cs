using System.Text;

namespace MlOps.Datasets;

public sealed class TableRowsTests
{
    [Test]
    public async Task Csv_columns_become_numbers_and_texts()
    {
        var rows = await OpenCsvAsync("flag,count,price,day,city,none\ntrue,1,1.5,1970-01-02,Bern,\nfalse,,NaN,1970-01-01,\"a,b\",\nTRUE,-3,inf,,,\n");

        var batch = (await ReadAsync(rows)).Single();

        Assert.That(rows.Columns.Select(static column => (column.Name, column.IsText)), Is.EqualTo(
            new[] { ("flag", false), ("count", false), ("price", false), ("day", false), ("city", true), ("none", false) }));
        Assert.That(batch.Numbers(0)[..3].ToArray(), Is.EqualTo(new[] { 1.0, 0, 1 }));
        Assert.That(batch.Numbers(1)[..3].ToArray(), Is.EqualTo(new[] { 1.0, RowBatch.Missing, -3 }));
        Assert.That(RowBatch.IsMissing(batch.Numbers(1)[1]));
        Assert.That(batch.Numbers(2)[..3].ToArray(), Is.EqualTo(new[] { 1.5, double.NaN, double.PositiveInfinity }));
        Assert.That(RowBatch.IsMissing(batch.Numbers(2)[1]), Is.False);
        Assert.That(batch.Numbers(3)[..3].ToArray(), Is.EqualTo(new[] { 86_400.0, 0, RowBatch.Missing }));
        Assert.That(batch.Texts(4)[..3].ToArray(), Is.EqualTo(new[] { "Bern", "a,b", null }));
        Assert.That(RowBatch.IsMissing(batch.Numbers(5)[2]));
        Assert.That(rows.Warnings, Is.Empty);
    }

    [Test]
    public async Task Csv_rows_are_read_in_batches_and_again()
    {
        var rows = await OpenCsvAsync("x\n" + string.Join('\n', Enumerable.Range(0, 2500)));

        var first = (await ReadAsync(rows)).SelectMany(static batch => batch.Numbers(0)[..batch.Count].ToArray()).ToArray();
        var second = (await ReadAsync(rows)).SelectMany(static batch => batch.Numbers(0)[..batch.Count].ToArray()).ToArray();

        Assert.That(first, Is.EqualTo(Enumerable.Range(0, 2500).Select(static number => (double)number)));
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public async Task Csv_columns_with_the_same_name_and_without_a_name_are_reported()
    {
        var rows = await OpenCsvAsync("a,,b,a\n1,2,3,4\n");

        Assert.That(rows.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "b" }));
        Assert.That(rows.Warnings, Has.One.Contains("columns 1, 4 are all named 'a'").And.One.Contains("a column without a name"));
    }

    [Test]
    public void Csv_row_with_too_few_fields_is_an_error() => Assert.That(
        () => OpenCsvAsync("a,b\n1,2\n3\n"), Throws.TypeOf<TableFormatException>().With.Message.Contain("Row 2 of 'rows.csv' has 1 fields"));

    [Test]
    public async Task Csv_value_of_another_type_in_a_file_that_changed_is_an_error()
    {
        var reads = 0;
        var rows = await TableRows.OpenAsync(
            _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(reads++ == 0 ? "a\n1\n" : "a\nx\n"))), "rows.csv");

        Assert.That(() => ReadAsync(rows), Throws.TypeOf<TableFormatException>().With.Message.Contain("value 'x' of the column 'a' of 'rows.csv'"));
    }

    [Test]
    public void Other_extensions_are_an_error() => Assert.That(
        () => TableRows.OpenFileAsync("rows.xlsx"), Throws.TypeOf<TableFormatException>().With.Message.Contain("Use .csv, .tsv or .parquet"));

    [Test]
    public async Task Parquet_columns_become_numbers_and_texts()
    {
        var content = (await ParquetTableReaderTests.WriteAllTypesAsync()).ToArray();
        var rows = await TableRows.OpenAsync(_ => Task.FromResult<Stream>(new MemoryStream(content)), "rows.parquet");

        var batches = await ReadAsync(rows);

        var columns = rows.Columns.Select(static (column, index) => (column.Name, index)).ToDictionary(static item => item.Name, static item => item.index);
        var batch = batches[1];
        double[] Numbers(string name) => batch.Numbers(columns[name])[..3].ToArray();
        Assert.That(batches, Has.Count.EqualTo(2));
        Assert.That(columns.Keys, Is.EqualTo(new[] { "bool", "int", "ulong", "double", "decimal", "string", "day", "moment", "guid" }));
        Assert.That(Numbers("bool"), Is.EqualTo(new[] { 1.0, 0, 1 }));
        Assert.That(Numbers("int"), Is.EqualTo(new[] { 1.0, 2, 6 }));
        Assert.That(Numbers("ulong"), Is.EqualTo(new[] { 1.0, ulong.MaxValue, 3 }));
        Assert.That(Numbers("double"), Is.EqualTo(new[] { 1.5, double.NaN, double.NaN }));
        Assert.That((RowBatch.IsMissing(Numbers("double")[1]), RowBatch.IsMissing(Numbers("double")[2])), Is.EqualTo((true, false)));
        Assert.That(Numbers("decimal"), Is.EqualTo(new[] { 1.1, 2, 3 }));
        Assert.That(Numbers("day")[0], Is.EqualTo((new DateTime(2026, 1, 1) - DateTime.UnixEpoch).TotalSeconds));
        Assert.That(Numbers("moment")[2], Is.EqualTo((new DateTime(2026, 1, 3, 12, 30, 0) - DateTime.UnixEpoch).TotalSeconds));
        Assert.That(batch.Texts(columns["string"])[..3].ToArray(), Is.EqualTo(new[] { "a", null, "ccc" }));
        Assert.That(batch.Texts(columns["guid"])[0], Is.EqualTo("00000001-0000-0000-0000-000000000000"));
        Assert.That(rows.Warnings, Has.Count.EqualTo(1).And.One.Contains("column 'bytes'"));
    }

    [Test]
    public async Task Parquet_file_cut_short_is_an_error_that_names_the_file()
    {
        var content = (await ParquetTableReaderTests.WriteAllTypesAsync()).ToArray();

        Assert.That(
            () => TableRows.OpenAsync(_ => Task.FromResult<Stream>(new MemoryStream(content[..^20])), "rows.parquet"),
            Throws.TypeOf<TableFormatException>().With.Message.Contain("'rows.parquet' cannot be read as Parquet. The file may be cut short"));
    }

    private static Task<IRowSource> OpenCsvAsync(string text) =>
        TableRows.OpenAsync(_ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(text))), "rows.csv");

    private static async Task<List<RowBatch>> ReadAsync(IRowSource rows)
    {
        var batches = new List<RowBatch>();
        await foreach (var batch in rows.ReadAsync())
        {
            var copy = new RowBatch(batch.Columns, batch.Capacity) { Count = batch.Count };
            for (var i = 0; i < batch.Columns.Count; i++)
            {
                if (batch.Columns[i].IsText)
                {
                    batch.Texts(i).CopyTo(copy.Texts(i));
                }
                else
                {
                    batch.Numbers(i).CopyTo(copy.Numbers(i));
                }
            }

            batches.Add(copy);
        }

        return batches;
    }
}
