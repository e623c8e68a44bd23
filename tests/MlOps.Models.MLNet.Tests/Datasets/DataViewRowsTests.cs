using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Datasets;

public sealed class DataViewRowsTests
{
    private readonly MLContext _ml = new(1);

    [Test]
    public async Task Scalars_vectors_texts_and_Booleans_become_columns()
    {
        var rows = _ml.Data.LoadFromEnumerable([
            new Row { Number = 1.5f, Count = 3, Flag = true, City = "Bern", Pair = [1, 2], Day = new DateTime(1970, 1, 2) },
            new Row { Number = float.NaN, Count = -1, City = "", Pair = [3, float.NaN], Day = new DateTime(1970, 1, 1) },
        ]).ToRows();

        var (columns, batch) = await ReadAsync(rows);

        Assert.That(
            columns.Select(static column => (column.Name, column.IsText)),
            Is.EqualTo(new[] { ("Number", false), ("Count", false), ("Flag", false), ("City", true), ("Pair[0]", false), ("Pair[1]", false), ("Day", false) }));
        Assert.That(batch.Count, Is.EqualTo(2));
        Assert.That(batch.Numbers(0)[..2].ToArray(), Is.EqualTo(new[] { 1.5, double.NaN }));
        Assert.That(RowBatch.IsMissing(batch.Numbers(0)[1]), Is.False);
        Assert.That(batch.Numbers(1)[..2].ToArray(), Is.EqualTo(new[] { 3.0, -1 }));
        Assert.That(batch.Numbers(2)[..2].ToArray(), Is.EqualTo(new[] { 1.0, 0 }));
        Assert.That(batch.Texts(3)[..2].ToArray(), Is.EqualTo(new[] { "Bern", null }));
        Assert.That(batch.Numbers(5)[..2].ToArray(), Is.EqualTo(new[] { 2.0, double.NaN }));
        Assert.That(batch.Numbers(6)[..2].ToArray(), Is.EqualTo(new[] { 86_400.0, 0 }));
        Assert.That(rows.Warnings, Is.Empty);
    }

    [Test]
    public async Task Keys_become_the_texts_of_their_values()
    {
        var data = _ml.Data.LoadFromEnumerable([new Row { City = "Bern" }, new Row { City = "Basel" }, new Row { City = "Bern" }]);
        var mapped = _ml.Transforms.Conversion.MapValueToKey("Key", "City").Append(_ml.Transforms.SelectColumns("Key")).Fit(data).Transform(data);

        var (_, batch) = await ReadAsync(mapped.ToRows());

        Assert.That(batch.Texts(0)[..3].ToArray(), Is.EqualTo(new[] { "Bern", "Basel", "Bern" }));
    }

    [Test]
    public void Columns_that_cannot_be_read_are_reported()
    {
        var rows = _ml.Data.LoadFromEnumerable([new Variable { Values = [1, 2, 3], Number = 1 }]).ToRows();

        Assert.That(rows.Columns.Select(static column => column.Name), Is.EqualTo(new[] { "Number" }));
        Assert.That(rows.Warnings, Is.EqualTo(new[]
        {
            "The column 'Values' is a vector of variable size, which is not read. Convert it to a vector of a fixed size to read it.",
        }));
    }

    private static async Task<(IReadOnlyList<RowColumn> Columns, RowBatch Batch)> ReadAsync(IRowSource rows)
    {
        await foreach (var batch in rows.ReadAsync())
        {
            return (rows.Columns, batch);
        }

        throw new InvalidOperationException("There is no row.");
    }

    private sealed class Row
    {
        public float Number { get; set; }

        public int Count { get; set; }

        public bool Flag { get; set; }

        public string City { get; set; } = "";

        [VectorType(2)]
        public float[] Pair { get; set; } = [0, 0];

        public DateTime Day { get; set; }
    }

    private sealed class Variable
    {
        public float[] Values { get; set; } = [];

        public float Number { get; set; }
    }
}
