using MlOps.Models;

namespace MlOps.Validation;

public sealed class TensorValidatorTests
{
    private static readonly FeatureSchema s_age = new() { Name = "age", Type = FeatureType.Float32, Minimum = 0, Maximum = 120, Impute = 38 };
    private static readonly FeatureSchema s_income = new() { Name = "income", Type = FeatureType.Float32, Minimum = 0, Maximum = 1000, Slack = 0.1 };
    private static readonly FeatureSchema s_origin = new() { Name = "origin", Type = FeatureType.String, Categories = ["SEA", "PDX"], Impute = "SEA" };
    private static readonly ModelSignature s_columns = Signature(Input("features", [null, 2]));
    private static readonly ModelSignature s_registered = Signature(Input("age", [null, 1]), Input("income", []));

    [Test]
    public void Valid_tensors_are_returned_without_allocation()
    {
        var validator = new TensorValidator(new InputSchema([s_age, s_income]), s_columns, s_registered);
        var tensors = Tensors(("features", new[] { 40f, 100f, 41f, 200f }, [2, 2]));
        var result = validator.Validate(tensors);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            validator.Validate(tensors);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That((result.Input, result.IsRejected, result.Violations.Count), Is.EqualTo((tensors, false, 0)));
    }

    [Test]
    public void The_rules_of_columns_that_the_registered_signature_names_apply_to_those_columns()
    {
        var validator = new TensorValidator(new InputSchema([s_age, s_income]), s_columns, s_registered);

        var result = validator.Validate(Tensors(("features", new[] { 40f, 1101f, 141f, float.NaN, 142f, 1100f }, [3, 2])));

        Assert.That(result.IsRejected, Is.True);
        Assert.That(validator.UncheckedFeatures, Is.Empty);
        Assert.That(
            result.Violations.Select(static violation => (violation.Feature, violation.Rule, violation.Expected, violation.Found)),
            Is.EqualTo(new[]
            {
                ("age", InputRule.Maximum, "0 to 120", "row 1: 141, and 1 more"),
                ("income", InputRule.Maximum, "0 to 1100", "row 0: 1101"),
                ("income", InputRule.NaN, "a number", "row 1: NaN"),
            }));
    }

    [Test]
    public void A_violation_in_a_single_row_names_only_the_position_and_one_of_a_single_value_only_the_value()
    {
        var schema = new InputSchema([s_age, new() { Name = "legs", Type = FeatureType.Float32, Minimum = 0 }]);
        var model = Signature(Input("age", [null]), Input("legs", [null, 2]));

        var result = new TensorValidator(schema, model).Validate(Tensors(("age", new[] { 141f }, [1]), ("legs", new[] { 1f, -1f }, [1, 2])));

        Assert.That(result.Violations.Select(static violation => violation.Found), Is.EqualTo(["141", "[1]: -1"]));
    }

    [TestCase("tensor[1]", "tensor", true)]
    [TestCase("Tensor", "tensor", true)]
    [TestCase("tensor[9]", "tensor", true)]
    [TestCase("tensor[x]", "tensor", false)]
    [TestCase("age", "tensor", false)]
    public void A_feature_is_found_by_the_name_of_an_input_or_the_index_of_a_column(string feature, string input, bool isFound)
    {
        var schema = new InputSchema([new() { Name = feature, Type = FeatureType.Float32, Maximum = 1 }]);
        var validator = new TensorValidator(schema, Signature(Input(input, [null, 2])));

        var result = validator.Validate(Tensors(("tensor", new[] { 0f, 2f }, [1, 2])));

        Assert.That((result.IsRejected, validator.UncheckedFeatures.Count), Is.EqualTo((isFound, isFound ? 0 : 1)));
    }

    [Test]
    public void A_column_with_a_feature_of_its_own_is_not_checked_by_the_rules_of_the_whole_tensor()
    {
        var schema = new InputSchema(
            [new() { Name = "tensor", Type = FeatureType.Float32, Maximum = 1 }, new() { Name = "tensor[1]", Type = FeatureType.Float32, Maximum = 10 }]);
        var validator = new TensorValidator(schema, Signature(Input("tensor", [null, 2])));

        Assert.That(validator.Validate(Tensors(("tensor", new[] { 1f, 10f }, [1, 2]))).Violations, Is.Empty);
        Assert.That(
            validator.Validate(Tensors(("tensor", new[] { 10f, 11f }, [1, 2]))).Violations.Select(static violation => violation.Feature),
            Is.EqualTo(["tensor", "tensor[1]"]));
    }

    [Test]
    public void Missing_column_and_wrong_number_of_values_violate_the_shape()
    {
        var schema = new InputSchema([new() { Name = "a[2]", Type = FeatureType.Float32 }, new() { Name = "b", Type = FeatureType.Float32, Count = 3 }]);
        var model = Signature(Input("a", [null, null]), Input("b", [null, null]));

        var result = new TensorValidator(schema, model).Validate(Tensors(("a", new[] { 1f, 2f }, [1, 2]), ("b", new[] { 1f, 2f, 3f, 4f }, [2, 2])));

        Assert.That(
            result.Violations.Select(static violation => (violation.Feature, violation.Rule, violation.Expected, violation.Found)),
            Is.EqualTo(new[] { ("a[2]", InputRule.Shape, "3 values", "2 values"), ("b", InputRule.Shape, "3 values", "2 values") }));
    }

    [Test]
    public void Replaced_values_are_in_a_copy_and_other_tensors_are_passed_on()
    {
        var schema = new InputSchema([s_age, s_income, s_origin]);
        var model = Signature(Input("features[0]", [null]), Input("age", [null]), Input("income", [null]), Input("origin", [null], FeatureType.String));
        var policies = new InputPolicies { Default = InputPolicy.Impute, Features = new Dictionary<string, InputPolicy> { ["income"] = InputPolicy.Clamp } };
        var (ages, incomes) = (new[] { float.NaN, 40 }, new[] { -1f, 2000 });
        var tensors = Tensors(("age", ages, [2]), ("income", incomes, [2]), ("origin", new[] { "NYC", null! }, [2]), ("features[0]", new[] { 1f, 2 }, [2]));

        var result = new TensorValidator(schema, model, registered: null, policies).Validate(tensors);

        Assert.That((result.IsRejected, result.Violations.Count), Is.EqualTo((false, 5)));
        Assert.That(result.Input["age"].Values, Is.EqualTo(new[] { 38f, 40 }));
        Assert.That(result.Input["income"].Values, Is.EqualTo(new[] { 0f, 1100 }));
        Assert.That(result.Input["origin"].Values, Is.EqualTo(new[] { "SEA", "SEA" }));
        Assert.That(result.Input["features[0]"], Is.SameAs(tensors["features[0]"]));
        Assert.That((ages[0], incomes[0], incomes[1]), Is.EqualTo((float.NaN, -1f, 2000f)));
    }

    [Test]
    public void Values_of_several_columns_are_replaced_in_one_copy()
    {
        var schema = new InputSchema([s_age, s_income], InputPolicy.Clamp);
        var tensors = Tensors(("features", new[] { 141f, -1f, 1f, 2f }, [2, 2]));

        var result = new TensorValidator(schema, s_columns, s_registered).Validate(tensors);

        Assert.That(result.Input["features"].Values, Is.EqualTo(new[] { 120f, 0, 1, 2 }));
        Assert.That(result.Input["features"].Shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(tensors["features"].Values, Is.EqualTo(new[] { 141f, -1, 1, 2 }));
    }

    [TestCase(InputPolicy.Warn)]
    [TestCase(InputPolicy.Observe)]
    public void Warn_and_Observe_keep_the_value(InputPolicy policy)
    {
        var tensors = Tensors(("age", new[] { 141f }, [1]));

        var result = new TensorValidator(new InputSchema([s_age], policy), Signature(Input("age", [null]))).Validate(tensors);

        Assert.That((result.Input, result.IsRejected, result.Violations.Single().Policy), Is.EqualTo((tensors, false, policy)));
    }

    [TestCase(float.NaN, false, false, true)]
    [TestCase(float.NaN, true, false, false)]
    [TestCase(float.NaN, false, true, false)]
    [TestCase(float.PositiveInfinity, true, true, true)]
    public void NaN_is_allowed_by_its_own_rule_or_as_the_missing_value_of_a_nullable_feature(float age, bool allowNaN, bool isNullable, bool isRejected)
    {
        var schema = new InputSchema([new() { Name = "age", Type = FeatureType.Float32, AllowNaN = allowNaN, IsNullable = isNullable }]);

        var result = new TensorValidator(schema, Signature(Input("age", [null]))).Validate(Tensors(("age", new[] { age }, [1])));

        Assert.That(result.IsRejected, Is.EqualTo(isRejected));
    }

    [Test]
    public void One_string_can_violate_several_rules()
    {
        var schema = new InputSchema([new() { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], MaximumLength = 3, Pattern = "^[A-Z]+$" }]);

        var validator = new TensorValidator(schema, Signature(Input("origin", [null, 1], FeatureType.String)));

        var result = validator.Validate(Tensors(("origin", new[] { "seattle" }, [1, 1])));

        Assert.That(result.Violations.Select(static violation => violation.Rule), Is.EqualTo([InputRule.Category, InputRule.Length, InputRule.Pattern]));
    }

    [Test]
    public void A_missing_tensor_is_a_violation_unless_it_is_optional()
    {
        var nullable = new FeatureSchema { Name = "fare", Type = FeatureType.Float32, IsNullable = true };
        var model = Signature(Input("age", [null]), Input("fare", [null]), new() { Name = "income", Type = FeatureType.Float32, IsOptional = true });

        var validator = new TensorValidator(new InputSchema([s_age, s_income, nullable], InputPolicy.Impute), model);

        var violation = validator.Validate(Tensors(("aeg", new[] { 1f }, [1]))).Violations.Single();

        Assert.That(
            (violation.Feature, violation.Rule, violation.Found, violation.Policy),
            Is.EqualTo(("age", InputRule.Required, "only 'aeg'", InputPolicy.Reject)));
    }

    [Test]
    public void Values_of_another_type_are_checked_by_the_same_rules_if_these_apply_to_it()
    {
        var validator = new TensorValidator(new InputSchema([s_age, s_origin]), Signature(Input("age", [null]), Input("origin", [null], FeatureType.String)));

        Assert.That(
            validator.Validate(Tensors(("age", new[] { 141L }, [1]), ("origin", new[] { "SEA" }, [1]))).Violations.Single().Rule,
            Is.EqualTo(InputRule.Maximum));
        Assert.That(
            () => validator.Validate(Tensors(("age", new[] { 1L }, [1]), ("origin", new[] { 1u }, [1]))),
            Throws.ArgumentException.With.Message.Contains("'origin'").And.Message.Contains("UInt32").And.Message.Contains("\"categories\""));
    }

    [Test]
    public void Unseen_categories_are_warnings_as_long_as_they_are_rare_among_the_last_thousand_rows()
    {
        var schema = new InputSchema([new() { Name = "origin", Type = FeatureType.String, Categories = ["SEA"], MaxUnseenRate = 0.002 }]);
        var validator = new TensorValidator(schema, Signature(Input("origin", [null], FeatureType.String)));
        var unseen = Tensors(("origin", new[] { "SEA", "NYC" }, [2]));

        var policies = Enumerable.Range(0, 3).Select(_ => validator.Validate(unseen).Violations.Single().Policy).ToArray();
        validator.Validate(Tensors(("origin", Enumerable.Repeat("SEA", 1000).ToArray(), [1000])));

        Assert.That(policies, Is.EqualTo([InputPolicy.Warn, InputPolicy.Warn, InputPolicy.Reject]));
        Assert.That(validator.Validate(unseen).Violations.Single().Policy, Is.EqualTo(InputPolicy.Warn));
    }

    [TestCase(new long[] { 0, 2 })]
    [TestCase(new long[] { 3, 0 })]
    public void A_tensor_without_values_passes(params long[] shape)
    {
        var validator = new TensorValidator(new InputSchema([new() { Name = "x", Type = FeatureType.Float32 }]), Signature(Input("x", [null, null])));

        Assert.That(validator.Validate(Tensors(("x", Array.Empty<float>(), shape))).IsRejected, Is.False);
    }

    [Test]
    public void All_invalid_policies_are_reported_at_construction()
    {
        var schema = new InputSchema(
        [
            new() { Name = "stops", Type = FeatureType.Float64, Impute = 0.5, Policy = InputPolicy.Impute },
            new() { Name = "origin", Type = FeatureType.Float64, Minimum = 1 },
            new() { Name = "label", Type = FeatureType.Float32 },
        ]);
        var policies = new InputPolicies { Features = new Dictionary<string, InputPolicy> { ["aeg"] = InputPolicy.Warn, ["label"] = InputPolicy.Warn } };
        var model = Signature(Input("stops", [null], FeatureType.Int32), Input("origin", [null], FeatureType.String));

        Assert.That(
            () => new TensorValidator(schema, model, registered: null, policies),
            Throws.ArgumentException.With.Message.Contains("policy for the feature 'aeg', but the schema has only 'stops', 'origin', 'label'")
                .And.Message.Contains("policy for the feature 'label', but no input of the model")
                .And.Message.Contains("\"impute\" of the feature 'stops' is 0.5")
                .And.Message.Contains("input 'origin' is String, but the feature 'origin' has \"minimum\""));
    }

    private static ModelFeature Input(string name, long?[] shape, FeatureType type = FeatureType.Float32) => new() { Name = name, Type = type, Shape = shape };

    private static ModelSignature Signature(params ModelFeature[] inputs) => new() { Inputs = inputs, Outputs = [] };

    private static Dictionary<string, ModelTensor> Tensors(params (string Name, Array Values, long[] Shape)[] tensors) =>
        tensors.ToDictionary(static tensor => tensor.Name, static tensor => new ModelTensor(tensor.Values, tensor.Shape));

    [Test]
    public void Only_the_first_of_many_invalid_values_is_described()
    {
        const int count = 100_000;
        var validator = new TensorValidator(new InputSchema([s_age]), Signature(Input("age", [null, 1])), registered: null);
        var tensors = Tensors(("age", Enumerable.Repeat(141f, count).ToArray(), [count, 1]));
        validator.Validate(tensors);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = validator.Validate(tensors);

        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / count, Is.LessThan(300));
        Assert.That(result.Violations.Single().Found, Is.EqualTo("row 0: 141, and 99999 more"));
    }
}
