using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Validation;

public sealed class DataViewInputSchemaTests
{
    private readonly MLContext _context = new(seed: 1);

    [Test]
    public void Columns_become_features_with_the_ranges_categories_and_lengths_that_were_seen()
    {
        var rows = Enumerable.Range(0, 100).Select(static i => new Row { Age = i, Plan = i % 2 == 0 ? "basic" : "pro", Active = i % 3 == 0, Scores = [i, -i] });

        var schema = _context.Data.LoadFromEnumerable(rows).InferInputSchema();

        var features = schema.Features.ToDictionary(static feature => feature.Name);
        Assert.That(features.Keys, Is.EquivalentTo(["Age", "Plan", "Active", "Scores"]));
        Assert.That((features["Age"].Type, features["Age"].Minimum, features["Age"].Maximum), Is.EqualTo((FeatureType.Float32, 0, 99)));
        Assert.That(features["Plan"].Categories, Is.EquivalentTo(["basic", "pro"]));
        Assert.That(features["Active"].Type, Is.EqualTo(FeatureType.Boolean));
        Assert.That((features["Scores"].Count, features["Scores"].Minimum), Is.EqualTo((2, -99)));
    }

    [Test]
    public void Rows_do_not_violate_their_inferred_schema()
    {
        var rows = Enumerable.Range(0, 100).Select(static i => new Row { Age = i == 7 ? float.NaN : i, Plan = $"{i}", Scores = [i] }).ToArray();
        var validator = new InputValidator<Row>(_context.Data.LoadFromEnumerable(rows, SchemaOf(1)).InferInputSchema());

        Assert.That(rows.Where(row => validator.Validate(row).Violations.Count > 0), Is.Empty);
    }

    [Test]
    public void A_constant_column_allows_a_slightly_different_value()
    {
        var rows = Enumerable.Range(0, 100).Select(static _ => new Row { Age = 40, Plan = "pro", Scores = [0, 0] });
        var validator = new InputValidator<Row>(_context.Data.LoadFromEnumerable(rows).InferInputSchema());

        Assert.That(validator.Validate(new Row { Age = 41, Plan = "pro", Scores = [0, -0.01f] }).Violations, Is.Empty);
        Assert.That(validator.Validate(new Row { Age = 50, Plan = "pro", Scores = [0, 0] }).IsRejected, Is.True);
    }

    [Test]
    public void A_real_file_read_by_ML_NET_has_a_feature_for_each_of_its_columns()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "models", "iris_logreg.train.csv");
        var data = _context.Data
            .LoadFromTextFile(file, [new("length", DataKind.Single, 0), new("label", DataKind.Int32, 4)], separatorChar: ',', hasHeader: true);

        var schema = data.InferInputSchema();

        Assert.That(
            schema.Features.Select(static feature => (feature.Name, feature.Type)),
            Is.EqualTo([("length", FeatureType.Float32), ("label", FeatureType.Int32)]));
        Assert.That((schema.Features[1].Minimum, schema.Features[1].Maximum), Is.EqualTo((0, 2)));
        Assert.That(InputSchema.Parse(schema.ToJson()).Features[0].Maximum, Is.EqualTo(schema.Features[0].Maximum));
    }

    [Test]
    public void Data_without_a_usable_column_is_rejected() =>
        Assert.That(() => _context.Data.LoadFromEnumerable([new Moment()]).InferInputSchema(), Throws.ArgumentException.With.Message.Contains("no column"));

    private static SchemaDefinition SchemaOf(int scores)
    {
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.Scores)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, scores);
        return definition;
    }

    private sealed class Row
    {
        public float Age { get; set; }

        public string Plan { get; set; } = "";

        public bool Active { get; set; }

        [VectorType(2)]
        public float[] Scores { get; set; } = [];
    }

    private sealed class Moment
    {
        public DateTime Time { get; set; }
    }
}
