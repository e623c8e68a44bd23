using MlOps.Models;

namespace MlOps.Validation;

public sealed class InputValidatorTests
{
    private static readonly FeatureSchema s_age = new() { Name = "age", Type = FeatureType.Float32, Minimum = 0, Maximum = 120 };
    private static readonly FeatureSchema s_fare = new() { Name = "fare", Type = FeatureType.Float64, Minimum = 0, Maximum = 1000 };
    private static readonly FeatureSchema s_origin = new() { Name = "origin", Type = FeatureType.String, Categories = ["SEA", "PDX"] };
    private static readonly FeatureSchema s_legs = new() { Name = "legs", Type = FeatureType.Float32, Minimum = 0, Maximum = 10, Count = 2 };

    [Test]
    public void A_valid_row_is_returned_without_allocation()
    {
        var validator = new InputValidator<Passenger>(new InputSchema([s_age, s_fare, s_origin, s_legs]));
        var row = Passenger.Valid;
        var result = validator.Validate(row);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            validator.Validate(row);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That((result.Input, result.IsRejected, result.Violations.Count), Is.EqualTo((row, false, 0)));
    }

    [Test]
    public void All_violations_of_a_row_are_found_at_once()
    {
        var row = new Passenger { Age = 141, Fare = null, Origin = "NYC", Legs = [1, float.NaN, 11, 12] };

        var result = new InputValidator<Passenger>(new InputSchema([s_age, s_fare, s_origin, s_legs])).Validate(row);

        Assert.That(result.IsRejected, Is.True);
        Assert.That(
            result.Violations.Select(static violation => (violation.Feature, violation.Rule, violation.Expected, violation.Found, violation.Policy)),
            Is.EqualTo(new[]
            {
                ("age", InputRule.Maximum, "0 to 120", "141", InputPolicy.Reject),
                ("fare", InputRule.Required, "a value", "null", InputPolicy.Reject),
                ("origin", InputRule.Category, "'SEA', 'PDX'", "NYC", InputPolicy.Reject),
                ("legs", InputRule.Shape, "2 values", "4 values", InputPolicy.Reject),
                ("legs", InputRule.NaN, "a number", "[1]: NaN", InputPolicy.Reject),
                ("legs", InputRule.Maximum, "0 to 10", "[2]: 11, and 1 more", InputPolicy.Reject),
            }));
    }

    [TestCase(-1f, InputRule.Minimum)]
    [TestCase(120.001f, InputRule.Maximum)]
    [TestCase(float.NaN, InputRule.NaN)]
    [TestCase(float.PositiveInfinity, InputRule.Infinity)]
    [TestCase(float.NegativeInfinity, InputRule.Infinity)]
    public void A_number_outside_its_range_is_a_violation_and_so_are_NaN_and_infinities(float age, InputRule rule)
    {
        var unbounded = new FeatureSchema { Name = "age", Type = FeatureType.Float32 };

        Assert.That(Validate(s_age, Row(age)).Violations.Single().Rule, Is.EqualTo(rule));
        Assert.That(Validate(unbounded, Row(age)).Violations.Count, Is.EqualTo(float.IsFinite(age) ? 0 : 1));
    }

    [TestCase(float.NaN, true, false, true)]
    [TestCase(float.NaN, false, true, false)]
    [TestCase(float.PositiveInfinity, true, false, false)]
    [TestCase(float.NegativeInfinity, false, true, true)]
    [TestCase(200, true, true, false)]
    public void NaN_and_infinities_are_allowed_by_their_own_rules(float age, bool allowNaN, bool allowInfinity, bool isValid)
    {
        var feature = new FeatureSchema { Name = "age", Type = FeatureType.Float32, Maximum = 120, AllowNaN = allowNaN, AllowInfinity = allowInfinity };

        Assert.That(Validate(feature, Row(age)).IsRejected, Is.EqualTo(!isValid));
    }

    [TestCase(20, 120, 0.1, 10f, true)]
    [TestCase(20, 120, 0.1, 9.99f, false)]
    [TestCase(20, 120, 0.1, 130f, true)]
    [TestCase(20, 120, 0.1, 130.01f, false)]
    [TestCase(0, 120, 0.1, -0.01f, false)]
    [TestCase(-120, 0, 0.1, 0.01f, false)]
    [TestCase(-120, 0, 0.1, -131f, true)]
    [TestCase(0.1, 0.1, 0.1, 0.1f, true)]
    [TestCase(-1e300, 1e300, 1, float.MaxValue, true)]
    public void Slack_is_a_share_of_the_range_and_never_changes_the_sign(double minimum, double maximum, double slack, float value, bool isValid)
    {
        var feature = new FeatureSchema { Name = "age", Type = FeatureType.Float32, Minimum = minimum, Maximum = maximum, Slack = slack };

        Assert.That(Validate(feature, Row(value)).IsRejected, Is.EqualTo(!isValid));
    }

    [TestCase(FeatureType.Float32, 50, 0.1, 45f, true)]
    [TestCase(FeatureType.Float32, 50, 0.1, 44.9f, false)]
    [TestCase(FeatureType.Float32, 50, 0.1, 55f, true)]
    [TestCase(FeatureType.Float32, 50, 0.1, 55.1f, false)]
    [TestCase(FeatureType.Float32, -50, 0.1, -55f, true)]
    [TestCase(FeatureType.Float32, -50, 2, 0.1f, false)]
    [TestCase(FeatureType.Float32, 50, 2, -0.1f, false)]
    [TestCase(FeatureType.Float32, 0, 0.1, -0.1f, true)]
    [TestCase(FeatureType.Float32, 0, 0.1, 0.1f, true)]
    [TestCase(FeatureType.Float32, 0, 0.1, 0.11f, false)]
    [TestCase(FeatureType.Float32, 50, 0, 50.1f, false)]
    [TestCase(FeatureType.Float32, 1e300, 1e300, float.MaxValue, true)]
    [TestCase(FeatureType.Int64, 5, 0.1, 6f, true)]
    [TestCase(FeatureType.Int64, 5, 0.1, 4f, true)]
    [TestCase(FeatureType.Int64, 5, 0.1, 7f, false)]
    [TestCase(FeatureType.Int64, 0, 0.1, -1f, true)]
    [TestCase(FeatureType.UInt8, 0, 0.1, 1f, true)]
    [TestCase(FeatureType.Int64, 1000, 0.1, 1100f, true)]
    [TestCase(FeatureType.Int64, 1000, 0.1, 1101f, false)]
    public void Slack_of_a_constant_is_a_share_of_its_magnitude(FeatureType type, double constant, double slack, float value, bool isValid)
    {
        var feature = new FeatureSchema { Name = "age", Type = type, Minimum = constant, Maximum = constant, Slack = slack };

        Assert.That(Validate(feature, Row(value)).IsRejected, Is.EqualTo(!isValid));
    }

    [TestCase(1, true)]
    [TestCase(0, false)]
    [TestCase(3, true)]
    [TestCase(4, false)]
    public void Bounds_of_integers_are_the_integers_between(int stops, bool isValid)
    {
        var feature = new FeatureSchema { Name = "stops", Type = FeatureType.Float64, Minimum = 0.5, Maximum = 3.5 };

        Assert.That(Validate(feature, new Passenger { Stops = stops }).IsRejected, Is.EqualTo(!isValid));
    }

    [Test]
    public void Clamping_gives_the_nearest_bound_with_its_slack_in_a_copy()
    {
        var feature = new FeatureSchema { Name = "age", Type = FeatureType.Float32, Minimum = 0, Maximum = 120, Slack = 0.1, Policy = InputPolicy.Clamp };
        var row = Row(141);

        var result = Validate(feature, row);

        Assert.That((result.IsRejected, result.Input.Age, row.Age, result.Input.Origin), Is.EqualTo((false, 132f, 141f, "SEA")));
        Assert.That(result.Violations.Single().Policy, Is.EqualTo(InputPolicy.Clamp));
        Assert.That(result.Violations.Single().Expected, Is.EqualTo("0 to 132"));
    }

    [Test]
    public void Clamping_rejects_values_without_a_nearest_bound()
    {
        var feature = new FeatureSchema { Name = "age", Type = FeatureType.Float32, Minimum = 0, Maximum = 120, Policy = InputPolicy.Clamp };

        var result = Validate(feature, Row(float.NaN));

        Assert.That((result.IsRejected, result.Violations.Single().Policy), Is.EqualTo((true, InputPolicy.Reject)));
    }

    [Test]
    public void Imputing_replaces_missing_and_invalid_values_in_a_copy()
    {
        var schema = new InputSchema(
            [
                new() { Name = "age", Type = FeatureType.Float32, Maximum = 120, Impute = 38 },
                new() { Name = "fare", Type = FeatureType.Float64, Impute = 99.5 },
                new() { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], Impute = "SEA" },
                new() { Name = "isFrequent", Type = FeatureType.Boolean, Impute = false },
            ],
            InputPolicy.Impute);
        var row = new Passenger { Age = float.NaN, Origin = "nowhere" };

        var result = new InputValidator<Passenger>(schema).Validate(row);

        Assert.That(result.IsRejected, Is.False);
        Assert.That((result.Input.Age, result.Input.Fare, result.Input.Origin, result.Input.IsFrequent), Is.EqualTo((38f, (double?)99.5, "SEA", (bool?)false)));
        Assert.That((row.Age, row.Fare, row.Origin), Is.EqualTo((float.NaN, (double?)null, "nowhere")));
        Assert.That(result.Violations.Select(static violation => violation.Policy), Is.All.EqualTo(InputPolicy.Impute));
        Assert.That(result.Violations, Has.Count.EqualTo(4));
    }

    [Test]
    public void Imputing_without_a_value_rejects_the_row()
    {
        var result = Validate(new FeatureSchema { Name = "age", Type = FeatureType.Float32, Policy = InputPolicy.Impute }, Row(float.NaN));

        Assert.That((result.IsRejected, result.Violations.Single().Policy), Is.EqualTo((true, InputPolicy.Reject)));
    }

    [Test]
    public void An_array_is_copied_before_its_values_are_replaced()
    {
        var feature = new FeatureSchema { Name = "legs", Type = FeatureType.Float32, Minimum = 0, Maximum = 10, Policy = InputPolicy.Clamp };
        var row = new Passenger { Legs = [-1, 5, 11] };

        var result = Validate(feature, row);

        Assert.That(result.Input.Legs, Is.EqualTo(new float[] { 0, 5, 10 }));
        Assert.That(row.Legs, Is.EqualTo(new float[] { -1, 5, 11 }));
        Assert.That(result.IsRejected, Is.False);
    }

    [TestCase(InputPolicy.Warn)]
    [TestCase(InputPolicy.Observe)]
    public void Warn_and_Observe_keep_the_value(InputPolicy policy)
    {
        var row = Row(141);

        var result = new InputValidator<Passenger>(new InputSchema([s_age]), new InputPolicies { Default = policy }).Validate(row);

        Assert.That((result.Input, result.IsRejected, result.Violations.Single().Policy), Is.EqualTo((row, false, policy)));
    }

    [TestCase(InputPolicy.Warn, InputPolicy.Clamp, InputPolicy.Observe, InputPolicy.Reject, InputPolicy.Warn)]
    [TestCase(null, InputPolicy.Clamp, InputPolicy.Observe, InputPolicy.Reject, InputPolicy.Clamp)]
    [TestCase(null, null, InputPolicy.Observe, InputPolicy.Reject, InputPolicy.Observe)]
    [TestCase(null, null, null, InputPolicy.Warn, InputPolicy.Warn)]
    [TestCase(null, null, null, null, InputPolicy.Reject)]
    public void The_first_policy_that_is_set_holds(InputPolicy? own, InputPolicy? schemaOwn, InputPolicy? all, InputPolicy? schemaAll, InputPolicy expected)
    {
        var schema = new InputSchema([new() { Name = "age", Type = FeatureType.Float32, Maximum = 120, Policy = schemaOwn }], schemaAll);
        var features = own is null ? new Dictionary<string, InputPolicy>() : new Dictionary<string, InputPolicy> { ["age"] = own.Value };
        var policies = new InputPolicies { Default = all, Features = features };

        Assert.That(new InputValidator<Passenger>(schema, policies).Validate(Row(141)).Violations.Single().Policy, Is.EqualTo(expected));
    }

    [Test]
    public void All_invalid_policies_are_reported_at_construction()
    {
        var schema = new InputSchema(
        [
            new() { Name = "computed", Type = FeatureType.Float32, Maximum = 1, Policy = InputPolicy.Clamp },
            new() { Name = "stops", Type = FeatureType.Float64, Impute = 0.5, Policy = InputPolicy.Impute },
            new() { Name = "origin", Type = FeatureType.Float64, Minimum = 1 },
            new() { Name = "label", Type = FeatureType.Float32 },
        ]);
        var policies = new InputPolicies { Features = new Dictionary<string, InputPolicy> { ["aeg"] = InputPolicy.Warn, ["label"] = InputPolicy.Warn } };

        var thrown = Assert.Throws<ArgumentException>(() => _ = new InputValidator<Passenger>(schema, policies))!;

        Assert.That(thrown.Message, Does.Contain("policy for the feature 'aeg', but the schema has only 'computed', 'stops', 'origin', 'label'")
            .And.Contain("policy for the feature 'label', but no property is mapped to this feature")
            .And.Contain("property 'Computed' has no setter").And.Contain("\"impute\" of the feature 'stops' is 0.5")
            .And.Contain("property 'Origin' is String, but the feature 'origin' has \"minimum\""));
    }

    [Test]
    public void Features_without_a_property_are_listed_and_not_checked()
    {
        var schema = new InputSchema(
            [new() { Name = "age", Type = FeatureType.Float32 }, new() { Name = "label", Type = FeatureType.Float32, Minimum = 5, Maximum = 6 }]);

        var validator = new InputValidator<Passenger>(schema);

        Assert.That(validator.Validate(new Passenger()).Violations, Is.Empty);
        Assert.That((validator.UncheckedFeatures, validator.Fork().UncheckedFeatures), Is.EqualTo((new[] { "label" }, new[] { "label" })));
    }

    [Test]
    public void A_tensor_is_checked_value_by_value_where_its_values_are_properties()
    {
        var tensor = new FeatureSchema { Name = "tensor", Type = FeatureType.Float32, Maximum = 10, Count = 2 };
        var named = new FeatureSchema { Name = "first", Type = FeatureType.Float32, Maximum = 1 };
        var row = new Passenger { First = 2, Second = 11 };

        Assert.That(Validate(tensor, row).Violations.Select(static violation => violation.Feature), Is.EqualTo(["tensor[1]"]));
        Assert.That(
            new InputValidator<Passenger>(new InputSchema([tensor, named])).Validate(row).Violations.Select(static violation => violation.Feature),
            Is.EqualTo(["tensor[1]", "first"]));
    }

    [TestCase("SEA", null)]
    [TestCase("S", InputRule.Length)]
    [TestCase("SEATAC", InputRule.Length)]
    [TestCase("sea", InputRule.Pattern)]
    [TestCase(null, InputRule.Required)]
    public void Texts_are_held_to_length_and_pattern(string? origin, InputRule? rule)
    {
        var feature = new FeatureSchema { Name = "origin", Type = FeatureType.String, MinimumLength = 2, MaximumLength = 4, Pattern = "^[A-Z]+$" };

        Assert.That(
            Validate(feature, new Passenger { Origin = origin }).Violations.Select(static violation => (InputRule?)violation.Rule),
            Is.EqualTo(rule is null ? [] : new[] { rule }));
    }

    [Test]
    public void One_string_can_violate_several_rules()
    {
        var feature = new FeatureSchema { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], MaximumLength = 3, Pattern = "^[A-Z]+$" };

        Assert.That(
            Validate(feature, new Passenger { Origin = "seattle" }).Violations.Select(static violation => violation.Rule),
            Is.EqualTo([InputRule.Category, InputRule.Length, InputRule.Pattern]));
    }

    [Test]
    public void Matching_time_is_bounded_for_every_string()
    {
        var feature = new FeatureSchema { Name = "origin", Type = FeatureType.String, Pattern = "^(a+)+$" };

        var result = Validate(feature, new Passenger { Origin = new string('a', 100_000) + "!" });

        Assert.That(result.Violations.Single().Rule, Is.EqualTo(InputRule.Pattern));
    }

    [Test]
    public void Unseen_categories_are_warnings_as_long_as_they_are_rare_among_the_last_thousand_rows()
    {
        var feature = new FeatureSchema { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], MaxUnseenRate = 0.002 };
        var validator = new InputValidator<Passenger>(new InputSchema([feature]));
        var (seen, unseen) = (new Passenger { Origin = "SEA" }, new Passenger { Origin = "NYC" });

        var policies = Enumerable.Range(0, 3).Select(_ => validator.Validate(unseen).Violations.Single().Policy).ToArray();
        for (var i = 0; i < 999; i++)
        {
            validator.Validate(seen);
        }

        Assert.That(policies, Is.EqualTo([InputPolicy.Warn, InputPolicy.Warn, InputPolicy.Reject]));
        Assert.That(validator.Validate(unseen).Violations.Single().Policy, Is.EqualTo(InputPolicy.Warn));
        Assert.That(validator.Fork().Validate(unseen).Violations.Single().Policy, Is.EqualTo(InputPolicy.Warn));
    }

    [TestCase(InputPolicy.Observe, InputPolicy.Observe)]
    [TestCase(InputPolicy.Impute, InputPolicy.Warn)]
    public void A_rare_unseen_category_is_at_most_a_warning(InputPolicy policy, InputPolicy expected)
    {
        var feature = new FeatureSchema
        {
            Name = "origin",
            Type = FeatureType.String,
            Categories = ["SEA"],
            MaxUnseenRate = 0.01,
            Impute = "SEA",
            Policy = policy,
        };

        var result = Validate(feature, new Passenger { Origin = "NYC" });

        Assert.That((result.Input.Origin, result.Violations.Single().Policy), Is.EqualTo(("NYC", expected)));
    }

    [Test]
    public void An_array_that_is_missing_or_of_another_length_cannot_be_imputed()
    {
        var feature = new FeatureSchema { Name = "legs", Type = FeatureType.Float32, Count = 2, Impute = 0, Policy = InputPolicy.Impute };

        Passenger[] rows = [new(), new() { Legs = [1] }, new() { Legs = [1, float.NaN] }];
        var results = Array.ConvertAll(rows, row => Validate(feature, row));

        Assert.That(results.Select(static result => result.IsRejected), Is.EqualTo([true, true, false]));
        Assert.That(results[2].Input.Legs, Is.EqualTo(new float[] { 1, 0 }));
    }

    [Test]
    public void A_fork_counts_unseen_categories_separately()
    {
        var feature = new FeatureSchema { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], MaxUnseenRate = 0.001 };
        var validator = new InputValidator<Passenger>(new InputSchema([feature]));
        var unseen = new Passenger { Origin = "NYC" };
        validator.Validate(unseen);

        Assert.That(validator.Fork().Validate(unseen).IsRejected, Is.False);
        Assert.That(validator.Validate(unseen).IsRejected, Is.True);
    }

    [Test]
    [SetCulture("de-DE")]
    public void Suggestions_state_both_remedies_in_every_culture()
    {
        var schema = new InputSchema([s_age, s_fare, s_origin]);

        var violations = new InputValidator<Passenger>(schema).Validate(new Passenger { Age = 141.5f, Origin = "NYC" }).Violations;

        Assert.That(violations.Select(static violation => violation.Suggestion), Is.EqualTo(new[]
        {
            "Correct the sender, or, if the value is valid, raise \"maximum\" of 'age' from 120 to 141.5 in input-schema.json.",
            "Correct the sender, or, if the value is valid, write \"isNullable\": true for 'fare' in input-schema.json.",
            "Correct the sender, or, if the value is valid, add \"NYC\" to \"categories\" of 'origin' in input-schema.json.",
        }));
    }

    [Test]
    public void Found_values_are_short_and_printable()
    {
        var found = Validate(s_origin, new Passenger { Origin = "\u001b[31m" + new string('x', 500) }).Violations.Single().Found;

        Assert.That(found, Has.Length.EqualTo(100));
        Assert.That(found.Where(char.IsControl), Is.Empty);
    }

    [Test]
    public void A_missing_moment_is_found() =>
        Assert.That(
            Validate(new FeatureSchema { Name = "booked", Type = FeatureType.DateTime }, new Passenger()).Violations.Single().Rule,
            Is.EqualTo(InputRule.Required));

    [TestCase(40f, true)]
    [TestCase(75f, false)]
    [TestCase(float.NaN, false)]
    public void Every_range_counts_however_many_there_are(float age, bool isValid)
    {
        var get = typeof(Passenger).GetProperty(nameof(Passenger.Age))!.GetMethod!.CreateDelegate<Func<Passenger, float>>();
        var ranges = Enumerable.Range(0, 300).Select(index => new FloatRange<Passenger>(get, 0, index == 299 ? 50 : 100));

        var methods = FloatRanges.Compile(ranges);

        Assert.That(methods, Has.Length.EqualTo(3));
        Assert.That(methods.All(areInRange => areInRange(Row(age))), Is.EqualTo(isValid));
    }

    [Test]
    public void A_tensor_is_checked_by_the_rules_of_an_array()
    {
        var feature = new FeatureSchema { Name = "scores", Type = FeatureType.Float32, Minimum = 0, Maximum = 10, Count = 2 };
        var others = new ModelTensor(new long[] { 1, 11 }, [2]);
        ModelTensor?[] tensors = [null, Tensor(-1, float.NaN, 11), Tensor(1, 2), others];

        var results = tensors.Select(tensor => Validate(feature, new Passenger { Scores = tensor })).ToArray();

        Assert.That(
            results.SelectMany(static result => result.Violations).Select(static violation => (violation.Rule, violation.Expected, violation.Found)),
            Is.EqualTo(new[]
            {
                (InputRule.Required, "a tensor", "null"),
                (InputRule.Shape, "2 values", "3 values"),
                (InputRule.Minimum, "0 to 10", "[0]: -1"),
                (InputRule.NaN, "a number", "[1]: NaN"),
                (InputRule.Maximum, "0 to 10", "[2]: 11"),
                (InputRule.Maximum, "0 to 10", "[1]: 11"),
            }));
        Assert.That(results.Select(static result => result.IsRejected), Is.EqualTo([true, true, false, true]));
    }

    [Test]
    public void A_tensor_is_copied_before_its_values_are_replaced()
    {
        var feature = new FeatureSchema { Name = "scores", Type = FeatureType.Float32, Minimum = 0, Maximum = 10, Policy = InputPolicy.Clamp };
        var row = new Passenger { Age = 40, Scores = Tensor(-1, 5, 11) };

        var result = Validate(feature, row);

        Assert.That((result.IsRejected, result.Input.Age), Is.EqualTo((false, 40f)));
        Assert.That(result.Input.Scores!.Values, Is.EqualTo(new float[] { 0, 5, 10 }));
        Assert.That(row.Scores.Values, Is.EqualTo(new float[] { -1, 5, 11 }));
    }

    [Test]
    public void Values_of_a_whole_call_may_be_any_number_of_rows()
    {
        string[] names = ["state", "weights"];
        var schema = new InputSchema(names.Select(static name => new FeatureSchema { Name = name, Type = FeatureType.Float32, Maximum = 10, Count = 2 }));
        var row = new Passenger { State = Tensor(1, 2, 11), Weights = [1, 2, 11] };

        var violations = new InputValidator<Passenger>(schema).Validate(row).Violations;

        Assert.That(violations.Select(static violation => violation.Rule), Is.EqualTo([InputRule.Maximum, InputRule.Maximum]));
    }

    private static ModelTensor Tensor(params float[] values) => new(values, [values.Length]);

    private static Passenger Row(float age) => new() { Age = age, Origin = "SEA" };

    private static ValidatedInput<Passenger> Validate(FeatureSchema feature, Passenger row) =>
        new InputValidator<Passenger>(new InputSchema([feature])).Validate(row);
}
