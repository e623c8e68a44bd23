using MlOps.Datasets;
using MlOps.Models;

namespace MlOps.Providers;

public sealed class RowWriterTests
{
    private enum Color
    {
        Red,
        Green,
    }

    [Test]
    public void Properties_become_columns()
    {
        var writer = new RowWriter<Row>();
        var batch = new RowBatch(writer.Columns, 3);

        writer.Write(
            new Row
            {
                Integer = -3,
                Single = 1.5f,
                Exact = 2.5m,
                Small = (Half)0.5,
                Flag = true,
                Maybe = 4,
                Day = new DateOnly(1970, 1, 2),
                Time = new DateTime(1970, 1, 1, 0, 1, 0),
                Moment = new DateTimeOffset(1970, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)),
                Duration = TimeSpan.FromMinutes(2),
                City = "Bern",
                Color = Color.Green,
                MaybeColor = Color.Red,
            },
            batch,
            1);
        writer.Write(new Row(), batch, 2);

        Assert.That(ToText(batch, 1), Is.EqualTo(
            "Integer=-3 Single=1.5 Exact=2.5 Small=0.5 Flag=1 Maybe=4 MaybeFlag=missing Day=86400 Time=60 Moment=0 Duration=120 "
            + "City=Bern Color=Green MaybeColor=Red"));
        Assert.That(ToText(batch, 2), Does.Contain("Maybe=missing").And.Contain("City=missing Color=Red MaybeColor=missing"));
        Assert.That(writer.Warnings, Is.Empty);
    }

    [Test]
    public void Arrays_expand_to_the_length_of_the_sample()
    {
        var writer = new RowWriter<Arrays>(sample: new Arrays { Values = [1, 2, 3], Tags = ["a"] });
        var batch = new RowBatch(writer.Columns, 1);

        writer.Write(new Arrays { Values = [5, 6], Tags = ["x", "y"] }, batch, 0);

        Assert.That(ToText(batch, 0), Is.EqualTo("Values[0]=5 Values[1]=6 Values[2]=missing Tags[0]=x Shaped[0]=missing Shaped[1]=missing"));
        Assert.That(writer.OtherLengths, Is.EqualTo(2));
    }

    [Test]
    public void Arrays_of_unknown_length_and_other_types_are_reported()
    {
        var writer = new RowWriter<Unusable>();

        Assert.That(writer.Columns, Is.Empty);
        Assert.That(writer.Warnings, Has.Count.EqualTo(2)
            .And.One.Contains("property 'Values' is an array of unknown length").And.One.Contains("property 'Inner' has the type Uri"));
    }

    [Test]
    public void Columns_take_the_names_and_lengths_of_the_features()
    {
        var writer = new RowWriter<Named>(["sepal length (cm)", "feature vector[0]", "feature vector[1]", "exact"]);

        Assert.That(writer.Columns.Select(static column => column.Name), Is.EqualTo(
            new[] { "sepal length (cm)", "feature vector[0]", "feature vector[1]", "exact", "Other" }));
    }

    [Test]
    public void A_row_of_numbers_is_written_without_allocation()
    {
        var writer = new RowWriter<Row>();
        var batch = new RowBatch(writer.Columns, 1);
        var row = new Row { City = "Bern", Color = Color.Green };
        writer.Write(row, batch, 0);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            writer.Write(row, batch, 0);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_structure_is_written()
    {
        var writer = new RowWriter<(int, int)>();
        var point = new RowWriter<Point>();
        var batch = new RowBatch(point.Columns, 1);

        point.Write(new Point { X = 2 }, batch, 0);

        Assert.That(writer.Columns, Is.Empty);
        Assert.That(ToText(batch, 0), Is.EqualTo("X=2"));
    }

    private static string ToText(RowBatch batch, int row) => string.Join(' ', batch.Columns.Select((column, index) =>
    {
        object? value = column.IsText ? batch.Texts(index)[row] : RowBatch.IsMissing(batch.Numbers(index)[row]) ? null : batch.Numbers(index)[row];
        return FormattableString.Invariant($"{column.Name}={value ?? "missing"}");
    }));

    private struct Point
    {
        public int X { get; set; }
    }

    private sealed class Row
    {
        public int Integer { get; set; }

        public float Single { get; set; }

        public decimal Exact { get; set; }

        public Half Small { get; set; }

        public bool Flag { get; set; }

        public double? Maybe { get; set; }

        public bool? MaybeFlag { get; set; }

        public DateOnly Day { get; set; } = new(1970, 1, 1);

        public DateTime Time { get; set; } = DateTime.UnixEpoch;

        public DateTimeOffset Moment { get; set; } = DateTimeOffset.UnixEpoch;

        public TimeSpan Duration { get; set; }

        public string? City { get; set; }

        public Color Color { get; set; }

        public Color? MaybeColor { get; set; }
    }

    private sealed class Arrays
    {
        public float[]? Values { get; set; }

        public string[]? Tags { get; set; }

        [Feature(Shape = [2])]
        public double[]? Shaped { get; set; }
    }

    private sealed class Unusable
    {
        public float[]? Values { get; set; }

        public Uri? Inner { get; set; }
    }

    private sealed class Named
    {
        public float SepalLengthCm { get; set; }

        public float[]? FeatureVector { get; set; }

        [Feature("exact")]
        public float Renamed { get; set; }

        public float Other { get; set; }
    }
}
