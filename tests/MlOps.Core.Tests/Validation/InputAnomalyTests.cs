using MlOps.Models;

namespace MlOps.Validation;

public sealed class InputAnomalyTests
{
    [Test]
    public void Each_violated_rule_is_listed_once_with_the_change_that_allows_all_rows()
    {
        var schema = new InputSchema(
        [
            new() { Name = "age", Type = FeatureType.Float32, Minimum = 0, Maximum = 120 },
            new() { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], MaximumLength = 3 },
            new() { Name = "legs", Type = FeatureType.Float32, Count = 2 },
        ]);
        Passenger[] rows = [Row(141, "SEA", 1, 2), Row(150, "NYC", 1), Row(130, "PDX", 1, 2, 3), Row(-1, "NYC", 1, 2), Row(50, "Boston", 1, 2)];

        var anomalies = schema.FindAnomalies(rows);

        Assert.That(anomalies.Select(static anomaly => (anomaly.Feature, anomaly.Rule, anomaly.Rows, anomaly.Example)), Is.EqualTo(new[]
        {
            ("origin", InputRule.Category, 4L, "NYC"),
            ("age", InputRule.Maximum, 3L, "141"),
            ("legs", InputRule.Shape, 2L, "1 values"),
            ("age", InputRule.Minimum, 1L, "-1"),
            ("origin", InputRule.Length, 1L, "Boston"),
        }));
        const string prefix = "Correct the sender, or, if the value is valid, ";
        Assert.That(anomalies.Select(static anomaly => anomaly.Suggestion.Replace(prefix, "", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "add \"Boston\", \"NYC\", \"PDX\" to \"categories\" of 'origin' in input-schema.json.",
            "raise \"maximum\" of 'age' from 120 to 150 in input-schema.json.",
            "remove \"count\" of 'legs' in input-schema.json.",
            "lower \"minimum\" of 'age' from 0 to -1 in input-schema.json.",
            "set \"minimumLength\" to 3 and \"maximumLength\" to 6 for 'origin' in input-schema.json.",
        }));
        Assert.That($"{anomalies[1]}", Is.EqualTo("age: maximum violated by 3 rows, expected 0 to 120"));
    }

    [Test]
    public void Training_data_has_no_anomalies()
    {
        Passenger[] rows = [Row(1, "SEA"), Row(2, "PDX")];

        Assert.That(InputSchema.Infer(rows).FindAnomalies(rows), Is.Empty);
    }

    [Test]
    public void A_violation_in_a_tensor_is_found()
    {
        var schema = new InputSchema([new() { Name = "scores", Type = FeatureType.Float32, Maximum = 1 }]);

        var anomaly = schema.FindAnomalies([new Passenger { Scores = new ModelTensor(new float[] { 2 }, [1]) }]).Single();

        Assert.That((anomaly.Feature, anomaly.Rule, anomaly.Rows), Is.EqualTo(("scores", InputRule.Maximum, 1L)));
    }

    private static Passenger Row(float age, string origin, params float[] legs) => new() { Age = age, Origin = origin, Legs = legs };
}
