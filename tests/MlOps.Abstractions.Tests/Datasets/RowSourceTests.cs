namespace MlOps.Datasets;

public sealed class RowSourceTests
{
    private static readonly Row[] s_rows = [.. Enumerable.Range(0, 2500).Select(static index => new Row(index, $"c{index % 3}", [index, -index], index * 2))];

    [Test]
    public async Task Rows_of_a_collection_are_read_in_batches_and_again()
    {
        var source = RowSource.From(s_rows);

        Assert.That(source.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "Id", "City", "Pair[0]", "Pair[1]", "Label" }));
        Assert.That(await ReadNumbersAsync(source, 0), Is.EqualTo(s_rows.Select(static row => (double)row.Id)));
        Assert.That(await ReadNumbersAsync(source, 3), Is.EqualTo(s_rows.Select(static row => (double)row.Pair[1])));
        Assert.That(source.Warnings, Is.Empty);
    }

    [Test]
    public async Task Columns_are_selected_removed_and_renamed()
    {
        var selected = RowSource.From(s_rows).Select("Label", "Pair");
        var rest = RowSource.From(s_rows).Without("Label", "Pair[1]");
        var renamed = RowSource.From(s_rows).Select("Label").Rename("Label", "Score");

        Assert.That(selected.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "Pair[0]", "Pair[1]", "Label" }));
        Assert.That(await ReadNumbersAsync(selected, 2), Is.EqualTo(s_rows.Select(static row => row.Label)));
        Assert.That(rest.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "Id", "City", "Pair[0]" }));
        Assert.That(renamed.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "Score" }));
        Assert.That(await ReadNumbersAsync(renamed, 0), Is.EqualTo(s_rows.Select(static row => row.Label)));
    }

    [Test]
    public void Unknown_columns_are_an_error_with_the_names()
    {
        var source = RowSource.From(s_rows);

        Assert.That(() => source.Select("Lable"), Throws.ArgumentException.With.Message.Contain("no column 'Lable', only 'Id', 'City'"));
        Assert.That(() => source.Without("Lable"), Throws.ArgumentException);
        Assert.That(() => source.Rename("Label", "Id"), Throws.ArgumentException.With.Message.Contain("already have a column 'Id'"));
    }

    [Test]
    public async Task Arrays_of_another_length_are_counted()
    {
        var source = RowSource.From([new Row(1, null, [1, 2], 0), new Row(2, null, [1, 2, 3], 0)]);

        await ReadNumbersAsync(source, 0);

        Assert.That(source.Warnings, Has.Count.EqualTo(1).And.One.StartsWith("1 arrays have another length than those of the first row."));
    }

    [Test]
    public void The_type_of_a_column_is_checked()
    {
        var batch = new RowBatch([new RowColumn("a", isText: false), new RowColumn("b", isText: true)], 1);

        Assert.That(() => { _ = batch.Texts(0); }, Throws.TypeOf<InvalidCastException>().With.Message.Contain("'a' contains numbers"));
        Assert.That(() => { _ = batch.Numbers(1); }, Throws.TypeOf<InvalidCastException>().With.Message.Contain("'b' contains texts"));
        Assert.That((RowBatch.IsMissing(RowBatch.Missing), RowBatch.IsMissing(double.NaN), double.IsNaN(RowBatch.Missing)), Is.EqualTo((true, false, true)));
    }

    private static async Task<List<double>> ReadNumbersAsync(IRowSource source, int column)
    {
        var numbers = new List<double>();
        await foreach (var batch in source.ReadAsync())
        {
            numbers.AddRange(batch.Numbers(column)[..batch.Count].ToArray());
        }

        return numbers;
    }

    private sealed record Row(int Id, string? City, float[] Pair, double Label);
}
