using CsCheck;

namespace MlOps.Models;

public sealed class ModelSignatureTests
{
    private static readonly ModelFeature s_number = new() { Name = "x", Type = FeatureType.Float32 };

    [Test]
    public void A_signature_does_not_break_itself()
    {
        var signature = Taking(
            new ModelFeature
            {
                Name = "x",
                Type = FeatureType.Float32,
                Shape = [null, 3],
                IsNullable = true,
                IsOptional = true,
                Minimum = 0,
                Maximum = 1,
                Categories = ["a"],
            });

        Assert.That(signature.FindBreakingChanges(signature), Is.Empty);
    }

    [Test]
    public void An_added_required_input_breaks_and_is_named() => Assert.That(
        Taking(
            s_number, new ModelFeature { Name = "y", Type = FeatureType.Int32 }).FindBreakingChanges(Taking(s_number)).Select(static found => found.ToString()),
        Is.EqualTo(["input 'y': presence was absent, is required"]));

    [Test]
    public void Adding_an_optional_input_is_not_a_breaking_change() =>
        Assert.That(
            Taking(s_number, new ModelFeature { Name = "y", Type = FeatureType.Int32, IsOptional = true }).FindBreakingChanges(Taking(s_number)), Is.Empty);

    [Test]
    public void Removing_an_input_is_not_a_breaking_change() => Assert.That(Taking().FindBreakingChanges(Taking(s_number)), Is.Empty);

    [Test]
    public void A_removed_output_breaks_and_is_named() => Assert.That(
        Giving().FindBreakingChanges(Giving(s_number)).Select(static found => found.ToString()), Is.EqualTo(["output 'x': presence was given, is absent"]));

    [Test]
    public void Adding_an_output_is_not_a_breaking_change() => Assert.That(Giving(s_number).FindBreakingChanges(Giving()), Is.Empty);

    private static IEnumerable<TestCaseData> Narrowings()
    {
        yield return Case(s_number, With(FeatureType.Int16), "type", "Float32", "Int16");
        yield return Case(With(shape: [null, 3]), With(shape: [1, 3]), "shape", "[any, 3]", "[1, 3]");
        yield return Case(With(nullable: true), s_number, "nullability", "maybe missing", "never missing");
        yield return Case(With(optional: true), s_number, "optionality", "optional", "required");
        yield return Case(s_number, With(minimum: 0), "range", "-Infinity to Infinity", "0 to Infinity");
        yield return Case(With(minimum: 0, maximum: 10), With(minimum: 0, maximum: 9.5), "range", "0 to 10", "0 to 9.5");
        yield return Case(s_number, With(categories: ["a"]), "categories", "any value", "'a'");
        yield return Case(With(categories: ["a", "b"]), With(categories: ["b"]), "categories", "'a', 'b'", "'b'");

        static TestCaseData Case(ModelFeature wide, ModelFeature narrow, string aspect, string wideText, string narrowText) =>
            new(wide, narrow, aspect, wideText, narrowText);
    }

    [TestCaseSource(nameof(Narrowings))]
    public void A_narrowed_input_breaks_and_the_reverse_does_not(ModelFeature wide, ModelFeature narrow, string aspect, string wideText, string narrowText)
    {
        Assert.That(
            Taking(narrow).FindBreakingChanges(Taking(wide)).Select(static change => change.ToString()),
            Is.EqualTo([$"input 'x': {aspect} was {wideText}, is {narrowText}"]));
        Assert.That(Taking(wide).FindBreakingChanges(Taking(narrow)), Is.Empty);
    }

    [TestCaseSource(nameof(Narrowings))]
    public void A_widened_output_breaks_and_the_reverse_does_not(ModelFeature wide, ModelFeature narrow, string aspect, string wideText, string narrowText)
    {
        Assert.That(
            Giving(wide).FindBreakingChanges(Giving(narrow)).Select(static change => change.ToString()),
            Is.EqualTo([$"output 'x': {aspect} was {narrowText}, is {wideText}"]));
        Assert.That(Giving(narrow).FindBreakingChanges(Giving(wide)), Is.Empty);
    }

    [Test]
    public void A_change_that_neither_widens_nor_narrows_breaks_both_directions()
    {
        foreach (
            var (one, other) in new[]
            {
                (With(shape: [3]), s_number),
                (With(categories: ["a", "b"]), With(categories: ["b", "c"])),
                (With(FeatureType.Int32), s_number),
            })
        {
            Assert.That(Taking(one).FindBreakingChanges(Taking(other)), Has.Count.EqualTo(1));
            Assert.That(Giving(other).FindBreakingChanges(Giving(one)), Has.Count.EqualTo(1));
        }
    }

    [TestCase(FeatureType.Int8, FeatureType.Int16, true)]
    [TestCase(FeatureType.Int32, FeatureType.Float64, true)]
    [TestCase(FeatureType.Int32, FeatureType.Float32, false)]
    [TestCase(FeatureType.Int16, FeatureType.Float32, true)]
    [TestCase(FeatureType.Int64, FeatureType.Float64, false)]
    [TestCase(FeatureType.UInt8, FeatureType.Int16, true)]
    [TestCase(FeatureType.UInt8, FeatureType.Int8, false)]
    [TestCase(FeatureType.Int8, FeatureType.UInt16, false)]
    [TestCase(FeatureType.UInt8, FeatureType.BFloat16, true)]
    [TestCase(FeatureType.Float16, FeatureType.BFloat16, false)]
    [TestCase(FeatureType.BFloat16, FeatureType.Float16, false)]
    [TestCase(FeatureType.Float16, FeatureType.Float32, true)]
    [TestCase(FeatureType.Float32, FeatureType.Float64, true)]
    [TestCase(FeatureType.Boolean, FeatureType.Int8, false)]
    [TestCase(FeatureType.Int8, FeatureType.String, false)]
    public void A_type_takes_another_if_it_holds_all_its_values(FeatureType before, FeatureType after, bool compatible) =>
        Assert.That(Taking(With(after)).FindBreakingChanges(Taking(With(before))).Count, Is.EqualTo(compatible ? 0 : 1));

    [Test]
    public void Two_compatible_changes_are_compatible_together()
    {
        var types = Gen.OneOf(Enum.GetValues<FeatureType>());
        var features = Gen.Select(
            types, Gen.OneOf<double?>(null, 0, 1), Gen.OneOf<double?>(null, 2, 3), Gen.Bool, Gen.OneOf<string[]?>(null, ["a"], ["a", "b"]))
            .Select(
                static (type, minimum, maximum, nullable, categories) =>
                    With(type, minimum: minimum, maximum: maximum, nullable: nullable, categories: categories));

        Gen.Select(features, features, features).Sample(
            static (a, b, c) =>
                Taking(b).FindBreakingChanges(Taking(a)).Count > 0
                    || Taking(c).FindBreakingChanges(Taking(b)).Count > 0
                    || Taking(c).FindBreakingChanges(Taking(a)).Count == 0);
    }

    private static ModelFeature With(
        FeatureType type = FeatureType.Float32,
        long?[]? shape = null,
        bool nullable = false,
        bool optional = false,
        double? minimum = null,
        double? maximum = null,
        string[]? categories = null) => new()
        {
            Name = "x",
            Type = type,
            Shape = shape ?? [],
            IsNullable = nullable,
            IsOptional = optional,
            Minimum = minimum,
            Maximum = maximum,
            Categories = categories,
        };

    private static ModelSignature Taking(params ModelFeature[] inputs) => new() { Inputs = inputs, Outputs = [] };

    private static ModelSignature Giving(params ModelFeature[] outputs) => new() { Inputs = [], Outputs = outputs };
}
