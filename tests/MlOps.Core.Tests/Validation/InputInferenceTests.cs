using System.Globalization;
using CsCheck;
using MlOps.Datasets;
using MlOps.Models;

namespace MlOps.Validation;

public sealed class InputInferenceTests
{
    private static readonly Gen<Passenger> s_passengers =
        from age in Gen.Float
        from fare in Gen.Double.Nullable()
        from stops in Gen.Int
        from origin in Gen.String[Gen.Char["AB\0\n"], 0, 2]
        from hasOrigin in Gen.Int[0, 20]
        from frequent in Gen.Bool.Nullable()
        from legs in Gen.Float.Array[0, 3]
        from hasLegs in Gen.Int[0, 9]
        select new Passenger
        {
            Age = age,
            Fare = fare,
            Stops = stops,
            Origin = hasOrigin == 0 ? null : origin,
            IsFrequent = frequent,
            Legs = hasLegs == 0 ? null : legs,
            First = age / 2,
            Second = 3,
        };

    [Test]
    public void Rows_do_not_violate_their_inferred_schema_after_serialization() =>
        s_passengers.Array[1, 200].Sample(
            static rows =>
            {
                var inferred = InputSchema.Infer(rows, new SchemaInferenceOptions { Slack = 0, MinRowsPerCategory = 2 });
                var validator = new InputValidator<Passenger>(InputSchema.Parse(inferred.ToJson()));

                return rows.All(row => validator.Validate(row).Violations.Count == 0);
            },
            iter: 300);

    [Test]
    public void Integers_beyond_double_precision_do_not_violate_their_inferred_schema() =>
        Gen.Long.Array[1, 20].Sample(static numbers =>
        {
            var rows = Array.ConvertAll(numbers, static number => new Counter { Value = number, Total = unchecked((ulong)number) });
            var validator = new InputValidator<Counter>(InputSchema.Infer(rows, new SchemaInferenceOptions { Slack = 0 }));

            return rows.All(row => validator.Validate(row).Violations.Count == 0);
        });

    [Test]
    public void A_constant_feature_of_rows_allows_a_slightly_different_value()
    {
        var rows = Enumerable.Range(0, 20).Select(static _ => new Passenger { Age = 40, Fare = 0, Stops = 2, Legs = [7, 7] }).ToArray();
        var validator = new InputValidator<Passenger>(InputSchema.Infer(rows));

        var slightly = validator.Validate(new Passenger { Age = 41, Fare = 0.05, Stops = 3, Legs = [7, 7.1f] });
        var other = validator.Validate(new Passenger { Age = 50, Fare = 5, Stops = 20, Legs = [7, 70] });

        Assert.That(slightly.Violations, Is.Empty);
        Assert.That(other.Violations.Select(static violation => violation.Feature), Is.EquivalentTo(new[] { "Age", "Fare", "Stops", "Legs", "Computed" }));
    }

    [TestCase(ColumnType.Integer, 3)]
    [TestCase(ColumnType.Number, 2.1)]
    public void A_constant_column_of_a_profile_allows_a_slightly_different_value(ColumnType type, double value)
    {
        var profile = new TableProfile { Rows = 3, Columns = [new() { Name = "Fare", Type = type, Nulls = 0, Minimum = 2, Maximum = 2 }] };
        var validator = new InputValidator<Passenger>(InputSchema.FromProfile(profile));

        Assert.That(validator.Validate(new Passenger { Fare = value }).Violations, Is.Empty);
        Assert.That(validator.Validate(new Passenger { Fare = 20 }).IsRejected, Is.True);
    }

    [Test]
    public void A_range_has_the_slack_of_the_options_and_a_median_to_impute()
    {
        var age = Infer([Row(3), Row(1), Row(2), Row(9)], new SchemaInferenceOptions { Slack = 0.2 }, "Age");

        Assert.That((age.Type, age.Minimum, age.Maximum, age.Slack, age.Impute), Is.EqualTo((FeatureType.Float32, (double?)1, (double?)9, 0.2, (object)2.0)));
        Assert.That((age.IsNullable, age.AllowNaN, age.AllowInfinity), Is.EqualTo((false, false, false)));
    }

    [Test]
    public void NaN_infinities_and_nulls_are_allowed_if_they_occurred()
    {
        var schema = InputSchema.Infer([Row(1), Row(float.NaN), new Passenger { Age = float.NegativeInfinity, Fare = 3 }]);

        var (age, fare) = (schema.Features[0], schema.Features[1]);
        Assert.That((age.Name, age.AllowNaN, age.AllowInfinity, age.IsNullable, age.Minimum), Is.EqualTo(("Age", true, true, false, (double?)1)));
        Assert.That((fare.Name, fare.IsNullable, fare.AllowNaN, fare.AllowInfinity), Is.EqualTo(("Fare", true, true, false)));
    }

    [TestCase(50, 10, 10, true)]
    [TestCase(51, 10, 10, false)]
    [TestCase(5, 9, 10, false)]
    [TestCase(5, 9, 9, true)]
    public void Few_texts_that_are_each_seen_often_are_categories(int different, int times, int least, bool areCategories)
    {
        var inference = new FeatureSchemaBuilder("origin", new SchemaInferenceOptions { MinRowsPerCategory = least, MaxUnseenRate = 0.01 });
        for (var i = 0; i < different * times; i++)
        {
            inference.Add($"city {i % different:000}");
        }

        var feature = inference.Build(FeatureType.String);

        Assert.That(feature.Categories?.Count, Is.EqualTo(areCategories ? different : null));
        Assert.That(
            (feature.MaximumLength, feature.MaxUnseenRate, feature.Impute),
            Is.EqualTo(areCategories ? (null, 0.01, "city 000") : ((int?)8, 0.0, (object?)null)));
    }

    [Test]
    public void The_most_frequent_category_is_imputed()
    {
        var inference = new FeatureSchemaBuilder("origin", new SchemaInferenceOptions { MinRowsPerCategory = 1 });
        foreach (var text in new[] { "b", "a", "c", "c" })
        {
            inference.Add(text);
        }

        var feature = inference.Build(FeatureType.String);

        Assert.That(feature.Categories, Is.EqualTo(["a", "b", "c"]));
        Assert.That(feature.Impute, Is.EqualTo("c"));
    }

    [TestCase(new[] { "ab", "cde" }, 1, 6)]
    [TestCase(new[] { "", "cde" }, null, 6)]
    [TestCase(new[] { "abc", "cde" }, 3, 3)]
    public void Other_texts_have_bounds_of_length(string[] texts, int? minimum, int? maximum)
    {
        var inference = new FeatureSchemaBuilder("origin");
        foreach (var text in texts)
        {
            inference.Add(text);
        }

        var feature = inference.Build(FeatureType.String);

        Assert.That((feature.MinimumLength, feature.MaximumLength), Is.EqualTo((minimum, maximum)));
    }

    [Test]
    public void The_median_of_more_numbers_than_are_kept_is_near_theirs_and_always_the_same()
    {
        static double Median()
        {
            var inference = new FeatureSchemaBuilder("age");
            for (var i = 0; i < 1_000_000; i++)
            {
                inference.Add(i * 7919L % 1_000_000);
            }

            return (double)inference.Build(FeatureType.Float64).Impute!;
        }

        var median = Median();

        // The rank of the median of a sample of 4,096 deviates by 0.5 / √4096 = 0.8 %; three times that is exceeded once in some hundred seeds.
        Assert.That(median, Is.EqualTo(500_000).Within(25_000));
        Assert.That(Median(), Is.EqualTo(median));
    }

    [Test]
    public void The_number_of_values_of_arrays_is_fixed_if_it_never_differed()
    {
        Assert.That(Infer([new Passenger { Legs = [1, 2] }, new Passenger { Legs = [5, 3] }], null, "Legs").Count, Is.EqualTo(2));
        Assert.That(Infer([new Passenger { Legs = [1, 2] }, new Passenger { Legs = [5] }, new Passenger { Legs = [5, 6] }], null, "Legs").Count, Is.Null);
    }

    [Test]
    public void A_value_of_a_tensor_has_its_own_range()
    {
        var schema = InputSchema.Infer([new Passenger { First = 1, Second = 10 }, new Passenger { First = 2, Second = 20 }]);

        var result = new InputValidator<Passenger>(schema).Validate(new Passenger { First = 10, Second = 20 });

        Assert.That(result.Violations.Single().Feature, Is.EqualTo("tensor[0]"));
    }

    [Test]
    public void No_rows_and_a_type_without_features_are_rejected()
    {
        Assert.That(Assert.Throws<ArgumentException>(() => InputSchema.Infer<Passenger>([]))!.Message, Does.Contain("no rows"));
        Assert.That(Assert.Throws<ArgumentException>(() => InputSchema.Infer([new object()]))!.Message, Does.Contain("Object has no public property"));
    }

    [Test]
    public void A_profile_implies_a_schema()
    {
        var profile = new TableProfile
        {
            Rows = 3,
            Columns =
            [
                new() { Name = "age", Type = ColumnType.Integer, Nulls = 1, Minimum = 1, Maximum = 90 },
                new() { Name = "fare", Type = ColumnType.Number, Nulls = 0, NaNs = 1, Minimum = 0.5, Maximum = double.PositiveInfinity },
                new() { Name = "origin", Type = ColumnType.String, Nulls = 0, Shortest = 3, Longest = 5 },
                new() { Name = "date", Type = ColumnType.Date, Nulls = 0 },
                new() { Name = "nothing", Type = ColumnType.Empty, Nulls = 3 },
            ],
        };

        var features = InputSchema.FromProfile(profile).Features;

        Assert.That(
            features.Select(
                static feature => (feature.Name, feature.Type, feature.IsNullable, feature.AllowNaN, feature.AllowInfinity, feature.Minimum, feature.Maximum)),
            Is.EqualTo(new (string, FeatureType, bool, bool, bool, double?, double?)[]
            {
                ("age", FeatureType.Int64, true, true, false, 1, 90),
                ("fare", FeatureType.Float64, false, true, true, 0.5, null),
                ("origin", FeatureType.String, false, false, false, null, null),
                ("date", FeatureType.DateTime, false, false, false, null, null),
            }));
        Assert.That((features[0].Slack, features[1].Slack, features[2].MinimumLength, features[2].MaximumLength), Is.EqualTo((0.1, 0.0, (int?)1, (int?)10)));
    }

    /// <summary>The expected rows are those that Python's csv module and the same arithmetic find in the files.</summary>
    [Test]
    public void Test_rows_beyond_the_training_range_are_found()
    {
        var (train, test) = (ReadTumours("train"), ReadTumours("test"));

        var validator = new InputValidator<Tumour>(InputSchema.Infer(train));

        Assert.That(train.SelectMany(row => validator.Validate(row).Violations), Is.Empty);
        Assert.That(
            test.SelectMany((row, index) => validator.Validate(row).Violations.Select(violation => (index, violation.Feature, violation.Rule))),
            Is.EqualTo(new[]
            {
                (43, "Radius", InputRule.Maximum), (43, "WorstArea", InputRule.Maximum), (78, "Radius", InputRule.Maximum), (118, "Radius", InputRule.Maximum),
            }));
    }

    private static Passenger Row(float age) => new() { Age = age };

    private static FeatureSchema Infer(Passenger[] rows, SchemaInferenceOptions? options, string name) =>
        InputSchema.Infer(rows, options).Features.Single(feature => feature.Name == name);

    private static Tumour[] ReadTumours(string part) =>
    [
        .. from line in File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "models", $"breast_cancer_rf.{part}.csv")).Skip(1)
           let numbers = Array.ConvertAll(line.Split(','), static text => float.Parse(text, CultureInfo.InvariantCulture))
           select new Tumour { Radius = numbers[0], Texture = numbers[1], WorstArea = numbers[23] },
    ];

    private sealed class Counter
    {
        public long Value { get; init; }

        public ulong Total { get; init; }
    }

    private sealed class Tumour
    {
        public float Radius { get; init; }

        public float Texture { get; init; }

        public float WorstArea { get; init; }
    }
}
