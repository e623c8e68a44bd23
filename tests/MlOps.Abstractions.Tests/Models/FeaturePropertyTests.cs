namespace MlOps.Models;

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
