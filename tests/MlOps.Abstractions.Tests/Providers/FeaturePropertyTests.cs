using System.Diagnostics.CodeAnalysis;
using MlOps.Models;

namespace MlOps.Providers;

public sealed class FeaturePropertyTests
{
    private static readonly IReadOnlyList<FeatureProperty> s_properties = FeatureProperty.Of<Row>();

    [Test]
    public void Properties_of_types_that_features_have_are_found_in_order() => Assert.That(
        s_properties.Select(static property => (property.Name, property.Type, property.IsArray, property.IsNullable)),
        Is.EqualTo([
            ("SepalLengthCm", FeatureType.Float32, false, false),
            ("mean radius", FeatureType.Float64, false, true),
            ("pixels", FeatureType.UInt8, true, false),
            ("features", FeatureType.Float32, false, false),
            ("Plan", FeatureType.String, false, false),
        ]));

    [TestCase("SepalLengthCm", "SepalLengthCm")]
    [TestCase("sepal_length_cm", "SepalLengthCm")]
    [TestCase("sepal length (cm)", "SepalLengthCm")]
    [TestCase("mean radius", "Radius")]
    [TestCase("mean_radius", null)]
    [TestCase("Radius", null)]
    [TestCase("features", null)]
    [TestCase("age", null)]
    public void A_feature_is_found_by_its_letters_and_digits_or_exactly_by_the_name_given(string feature, string? property) =>
        Assert.That(FeatureProperty.Find(s_properties, feature)?.Property.Name, Is.EqualTo(property));

    [Test]
    public void Of_two_alike_the_exact_one_is_found() =>
        Assert.That(FeatureProperty.Find(FeatureProperty.Of<Alike>(), "AGE")!.Property.Name, Is.EqualTo("AGE"));

    [TestCase("x_1_11", "X_1_11")]
    [TestCase("x_11_1", "X_11_1")]
    [TestCase("x1.11", null)]
    public void Of_several_alike_none_is_found_unless_only_case_is_different(string feature, string? property) =>
        Assert.That(FeatureProperty.Find(FeatureProperty.Of<Lags>(), feature)?.Property.Name, Is.EqualTo(property));

    [Test]
    public void A_value_of_a_tensor_has_its_place() => Assert.That(s_properties.Single(static property => property.Name == "features").Index, Is.EqualTo(2));

    [Test]
    public void An_attribute_without_a_name_keeps_the_name_of_the_property_and_its_comparison()
    {
        var property = FeatureProperty.Find(FeatureProperty.Of<Attributed>(), "sample_rate");

        Assert.That((property!.Name, property.IsPerCall, property.AllowNarrowing, property.Shape),
            Is.EqualTo(("SampleRate", true, true, (IReadOnlyList<long>?)null)));
    }

    [Test]
    public void An_attribute_gives_the_shape_of_an_array() =>
        Assert.That(FeatureProperty.Find(FeatureProperty.Of<Attributed>(), "Image")!.Shape, Is.EqualTo([3, -1, 640]));

    [Test]
    public void Tensors_and_dictionaries_by_class_are_properties_without_a_type() => Assert.That(
        FeatureProperty.Of<Untyped>().Select(static property => (property.Name, property.Type, property.IsTensor)),
        Is.EqualTo([("State", (FeatureType?)null, true), ("ByName", null, false), ("ByNumber", null, false)]));

    [TestCase("list", "property 'List'", "List<Single>", "ModelTensor")]
    [TestCase("amount", "property 'Amount'", "Decimal", "double")]
    [TestCase("amount_or_null", "property 'AmountOrNull'", "Nullable<Decimal>", "double")]
    [TestCase("grid", "property 'Grid'", "Single[,]", "Shape")]
    [TestCase("memory", "property 'Memory'", "ReadOnlyMemory<Single>", "float[]")]
    [TestCase("color", "property 'Color'", "the enum DayOfWeek", "long")]
    [TestCase("born", "property 'Born'", "DateOnly", "number")]
    [TestCase("link!", "property 'Link'", "Uri", "[Feature]")]
    [TestCase("hidden", "property 'Hidden'", "no public getter", "public getter")]
    [TestCase("internal", "property 'Internal'", "no public getter", "public getter")]
    [TestCase("Some Field", "field 'SomeField'", "a field", "public property")]
    public void A_member_named_like_a_feature_that_cannot_be_used_is_found_with_the_reason(string feature, string member, string found, string expected)
    {
        var fault = FeatureProperty.FindUnusableMember<Unusable>(feature, isOutput: false)!;

        Assert.That((fault.Member, fault.Found), Is.EqualTo((member, found)));
        Assert.That(fault.Expected, Does.Contain(expected));
    }

    [TestCase("usable")]
    [TestCase("link")]
    [TestCase("other")]
    public void No_other_member_is_found(string feature) => Assert.That(FeatureProperty.FindUnusableMember<Unusable>(feature, isOutput: false), Is.Null);

    [TestCase("link!", "property 'Link'")]
    [TestCase("list", null)]
    public void Of_a_mapped_feature_only_a_member_that_is_given_its_name_is_found(string feature, string? member) =>
        Assert.That(FeatureProperty.FindUnusableMember<Unusable>(feature, isOutput: false, isMapped: true)?.Member, Is.EqualTo(member));

    [TestCase("usable", null)]
    [TestCase("computed", "property 'Computed'")]
    [TestCase("own", "property 'Own'")]
    public void A_property_for_an_output_needs_a_public_setter(string feature, string? member)
    {
        var fault = FeatureProperty.FindUnusableMember<Unusable>(feature, isOutput: true);

        Assert.That(fault?.Member, Is.EqualTo(member));
        Assert.That(fault?.Found, Is.EqualTo(member is null ? null : "no public setter"));
    }

    private sealed class Attributed
    {
        [Feature(PerCall = true, AllowNarrowing = true)]
        public int SampleRate { get; set; }

        [Feature(Shape = [3, -1, 640])]
        public float[] Image { get; set; } = [];
    }

    private sealed class Untyped
    {
        public ModelTensor? State { get; set; }

        public Dictionary<string, float>? ByName { get; set; }

        public Dictionary<long, float>? ByNumber { get; set; }
    }

    [SuppressMessage("Design", "CA1051:Do not declare visible instance fields", Justification = "It is what is tested.")]
    private sealed class Unusable
    {
        public float SomeField = 1;

        public List<float>? List { get; set; }

        public decimal Amount { get; set; }

        public decimal? AmountOrNull { get; set; }

        public float[,]? Grid { get; set; }

        public ReadOnlyMemory<float> Memory { get; set; }

        public DayOfWeek Color { get; set; }

        public DateOnly Born { get; set; }

        [Feature("link!")]
        public Uri? Link { get; set; }

        public float Hidden { private get; set; }

        public float Usable { get; set; }

        public float Computed => SomeField;

        public float Own { get; private set; }

        internal float Internal { get; set; }
    }

    private sealed class Lags
    {
        public float X_1_11 { get; set; }

        public float X_11_1 { get; set; }
    }

    private sealed class Row
    {
        public static float Shared => 1;

        public float SepalLengthCm { get; set; }

        [Feature("mean radius")]
        public double? Radius { get; set; }

        [Feature("pixels")]
        public byte[] Pixels { get; set; } = [];

        [Feature("features", Index = 2)]
        public float Third { get; set; }

        public string? Plan { get; set; }

        public Uri? Link { get; set; }

        public int[,]? Grid { get; set; }

        public float Hidden { private get; set; }
    }

    private sealed class Alike
    {
        public float Age { get; set; }

        public float AGE { get; set; }
    }
}
