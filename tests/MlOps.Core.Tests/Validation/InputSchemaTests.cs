using MlOps.Models;

namespace MlOps.Validation;

public sealed class InputSchemaTests
{
    private const string Full = """
        {
          "format": 1,
          "default": "warn",
          "features": [
            {
              "name": "age",
              "type": "float32",
              "isNullable": true,
              "allowNaN": true,
              "allowInfinity": true,
              "minimum": 0,
              "maximum": 120.5,
              "slack": 0.1,
              "count": 2,
              "impute": 38,
              "policy": "clamp"
            },
            {
              "name": "größe",
              "type": "string",
              "categories": [
                "S",
                "M"
              ],
              "maxUnseenRate": 0.01,
              "minimumLength": 1,
              "maximumLength": 3,
              "pattern": "^[A-Z]+$",
              "impute": "M"
            },
            {
              "name": "isNew",
              "type": "boolean",
              "impute": false
            },
            {
              "name": "score",
              "type": "float64",
              "impute": "NaN"
            }
          ]
        }

        """;

    [Test]
    public void A_schema_is_written_as_it_was_read() =>
        Assert.That(InputSchema.Parse(Full).ToJson(), Is.EqualTo(Full.ReplaceLineEndings("\n")));

    [Test]
    public void Every_property_is_read()
    {
        var schema = InputSchema.Parse(Full);

        var (age, size) = (schema.Features[0], schema.Features[1]);
        Assert.That(schema.DefaultPolicy, Is.EqualTo(InputPolicy.Warn));
        Assert.That((age.Name, age.Type, age.IsNullable, age.AllowNaN, age.AllowInfinity), Is.EqualTo(("age", FeatureType.Float32, true, true, true)));
        Assert.That(
            (age.Minimum, age.Maximum, age.Slack, age.Count, age.Impute, age.Policy),
            Is.EqualTo(((double?)0, (double?)120.5, 0.1, (int?)2, (object)38.0, (InputPolicy?)InputPolicy.Clamp)));
        Assert.That(size.Categories, Is.EqualTo(["S", "M"]));
        Assert.That(
            (size.MaxUnseenRate, size.MinimumLength, size.MaximumLength, size.Pattern, size.Impute),
            Is.EqualTo((0.01, (int?)1, (int?)3, "^[A-Z]+$", (object)"M")));
        Assert.That(schema.Features[2].Impute, Is.EqualTo(false));
    }

    [TestCase(
        """{ "type": "float32", "name": "age", "minimum": "low" }""",
        "The feature 'age' of the input schema is not valid: 'minimum' is \"low\", but must be a number. Write, for example, \"minimum\": 0.5.")]
    [TestCase("""{ "name": "age", "type": "real" }""", "'type' is \"real\", but must be one of boolean, int8")]
    [TestCase("""{ "name": "age" }""", "The feature 'age' of the input schema has no 'type'")]
    [TestCase("""{ "type": "float32" }""", "Feature 1 of the input schema has no 'name'")]
    [TestCase(
        """{ "name": "age", "type": "float32", "max": 3 }""",
        "The feature 'age' of the input schema has the unknown property 'max'. Remove it, or use one of name, type,")]
    [TestCase("""{ "name": "age", "type": "float32", "minimum": 5, "maximum": 3 }""", "'age': 'minimum' is 5 and 'maximum' is 3. Swap the two values.")]
    [TestCase("""{ "name": "age", "type": "float32", "slack": -1 }""", "'slack' is -1. Specify zero or a positive number")]
    [TestCase("""{ "name": "age", "type": "float32", "categories": ["a"] }""", "'categories' applies only to strings")]
    [TestCase("""{ "name": "age", "type": "string", "maximum": 1 }""", "'maximum' applies only to numbers")]
    [TestCase("""{ "name": "age", "type": "string", "categories": [] }""", "'categories' is empty")]
    [TestCase("""{ "name": "age", "type": "string", "categories": ["a", "a"] }""", "'categories' contains 'a' more than once")]
    [TestCase("""{ "name": "age", "type": "string", "categories": ["a", 1] }""", "'categories' is [\"a\", 1], but must be an array of strings")]
    [TestCase("""{ "name": "age", "type": "string", "categories": ["a"], "maxUnseenRate": 2 }""", "'maxUnseenRate' is 2")]
    [TestCase("""{ "name": "age", "type": "string", "maxUnseenRate": 0.1 }""", "'maxUnseenRate' has no effect without 'categories'")]
    [TestCase("""{ "name": "age", "type": "string", "minimumLength": 3, "maximumLength": 2 }""", "'minimumLength' is 3 and 'maximumLength' is 2")]
    [TestCase("""{ "name": "age", "type": "string", "pattern": "(?=a)" }""", "'pattern' is '(?=a)'")]
    [TestCase("""{ "name": "age", "type": "string", "pattern": "(" }""", "'pattern' is '('")]
    [TestCase("""{ "name": "age", "type": "string", "impute": 3 }""", "'impute' is 3, but must be a string")]
    [TestCase("""{ "name": "age", "type": "float32", "impute": "x" }""", "'impute' is \"x\", but must be a number")]
    [TestCase("""{ "name": "age", "type": "dateTime", "impute": 3 }""", "'impute' is 3, but 'type' is DateTime. Remove 'impute'")]
    [TestCase("""{ "name": "age", "type": "float32", "count": 1.5 }""", "'count' is 1.5, but must be an integer")]
    [TestCase("""{ "name": "age", "type": "float32", "policy": "drop" }""", "'policy' is \"drop\", but must be one of reject, clamp, impute, warn, observe")]
    [TestCase("""{ "name": "age", "type": "float32" }, { "name": "age", "type": "float32" }""", "'age': the name occurs more than once")]
    [TestCase("""{ "name": "age", "type": "float32", "type": "float64" }""", "not valid JSON")]
    [TestCase("3", "Feature 1 of the input schema is 3, but must be an object")]
    public void An_error_names_feature_property_value_and_remedy(string features, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => InputSchema.Parse($$"""{ "format": 1, "features": [ {{features}} ] }"""))!;

        Assert.That(thrown.Message, Does.Contain(message));
    }

    [TestCase("", "is not valid JSON")]
    [TestCase("""{ "format": 1 }""", "has no 'features'")]
    [TestCase("""{ "format": 2, "features": [] }""", "has the format 2, but this version of MlOps.Core supports only format 1")]
    [TestCase("""{ "features": [] }""", "has the format 0")]
    [TestCase("""{ "format": 1, "features": {} }""", "'features' is {}, but must be an array")]
    [TestCase("""{ "format": 1, "features": [], "model": "a" }""", "has the unknown property 'model'")]
    public void A_faulty_document_is_rejected(string json, string message) =>
        Assert.That(Assert.Throws<FormatException>(() => InputSchema.Parse(json))!.Message, Does.Contain(message));

    [Test]
    public void A_signature_implies_a_schema()
    {
        var signature = new ModelSignature
        {
            Inputs =
            [
                new() { Name = "age", Type = FeatureType.Float32, Shape = [null, 1], IsNullable = true, Minimum = 0, Maximum = double.PositiveInfinity },
                new() { Name = "pixels", Type = FeatureType.UInt8, Shape = [null, 28, 28], IsOptional = true },
                new() { Name = "word", Type = FeatureType.String, Shape = [null, null], Categories = ["a"] },
            ],
            Outputs = [],
        };

        var features = InputSchema.FromSignature(signature).Features;

        Assert.That(features.Select(static feature => (feature.Name, feature.Type, feature.Count)), Is.EqualTo(new (string, FeatureType, int?)[]
        {
            ("age", FeatureType.Float32, 1), ("pixels", FeatureType.UInt8, 784), ("word", FeatureType.String, null),
        }));
        Assert.That(
            (features[0].IsNullable, features[0].AllowNaN, features[0].AllowInfinity, features[0].Minimum, features[0].Maximum),
            Is.EqualTo((true, true, false, (double?)0, (double?)null)));
        Assert.That((features[1].IsNullable, features[1].AllowNaN), Is.EqualTo((true, false)));
        Assert.That(features[2].Categories, Is.EqualTo(["a"]));
    }

    [Test]
    public void An_overriding_schema_replaces_whole_features_and_keeps_the_others()
    {
        var signature = new InputSchema(
            [new() { Name = "sepal length (cm)", Type = FeatureType.Float32, Maximum = 5 }, new() { Name = "age", Type = FeatureType.Float32 }]);
        var file = new InputSchema(
            [new() { Name = "extra", Type = FeatureType.String }, new() { Name = "SepalLengthCm", Type = FeatureType.Float32, Minimum = 1 }], InputPolicy.Warn);

        var refined = signature.OverrideWith(file);

        Assert.That(refined.Features.Select(static feature => feature.Name), Is.EqualTo(["SepalLengthCm", "age", "extra"]));
        Assert.That(
            (refined.Features[0].Minimum, refined.Features[0].Maximum, refined.DefaultPolicy),
            Is.EqualTo(((double?)1, (double?)null, (InputPolicy?)InputPolicy.Warn)));
    }
}
