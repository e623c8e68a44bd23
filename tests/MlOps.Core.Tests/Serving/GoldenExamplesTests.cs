using System.Text.Json.Nodes;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

public sealed class GoldenExamplesTests
{
    private static readonly ModelFeature s_numbers = new() { Name = "n", Type = FeatureType.Float32, Shape = [null, 2] };

    [TestCase("[1.5, 2]", new long[] { 1, 2 })]
    [TestCase("[[1.5, 2]]", new long[] { 1, 2 })]
    [TestCase("[[1.5, 2], [3, 4]]", new long[] { 2, 2 })]
    public void A_row_may_be_written_without_the_dimension_of_rows(string json, long[] shape)
    {
        var tensor = TensorJson.Read(JsonNode.Parse(json), s_numbers);

        Assert.That(tensor.Shape, Is.EqualTo(shape));
        Assert.That(tensor.AsSpan<float>()[..2].ToArray(), Is.EqualTo([1.5f, 2f]));
    }

    [TestCase("\"NaN\"", FeatureType.Float32, float.NaN)]
    [TestCase("\"-Infinity\"", FeatureType.Float64, double.NegativeInfinity)]
    [TestCase("3.0", FeatureType.Int64, 3L)]
    [TestCase("true", FeatureType.Boolean, true)]
    [TestCase("\"a\"", FeatureType.String, "a")]
    [TestCase("200", FeatureType.UInt8, (byte)200)]
    public void A_value_is_read_as_its_type(string json, FeatureType type, object expected) =>
        Assert.That(TensorJson.Read((JsonValue)JsonNode.Parse(json)!, type), Is.EqualTo(expected));

    [Test]
    public void A_value_of_another_type_is_rejected_and_named()
    {
        var exception = Assert.Throws<ArgumentException>(() => TensorJson.Read(JsonNode.Parse("[1, \"x\"]"), s_numbers));

        Assert.That(exception.Message, Does.Contain("'n'").And.Contain("'x'").And.Contain("Float32"));
    }

    [Test]
    public void Rows_of_different_lengths_are_rejected() =>
        Assert.Throws<ArgumentException>(() => TensorJson.Read(JsonNode.Parse("[[1, 2], [3]]"), s_numbers));

    [Test]
    public void Columns_named_by_the_signature_are_packed_in_the_order_of_the_signature()
    {
        var model = new ModelSignature { Inputs = [s_numbers], Outputs = [] };
        var registered = new ModelSignature
        {
            Inputs = [new ModelFeature { Name = "b", Type = FeatureType.Float32 }, new ModelFeature { Name = "a", Type = FeatureType.Float32 }],
            Outputs = [],
        };

        var tensors = ExampleTensors.Read(new JsonObject { ["a"] = 1, ["b"] = 2 }, model, registered);

        Assert.That(tensors["n"].AsSpan<float>().ToArray(), Is.EqualTo([2f, 1f]));
        Assert.That(tensors["n"].Shape, Is.EqualTo([1L, 2L]));
    }

    [Test]
    public void A_missing_value_is_named()
    {
        var exception = Assert.Throws<ArgumentException>(() => ExampleTensors.Read([], new ModelSignature { Inputs = [s_numbers], Outputs = [] }, null));

        Assert.That(exception.Message, Does.Contain("no value for 'n'"));
    }

    [TestCase(6.0000001, true)]
    [TestCase(6.01, false)]
    public void Numbers_agree_within_the_tolerance(double expected, bool passes)
    {
        using var model = new LoadedLine(new ModelSource { Model = "line", Version = 1, Folder = "." }, 2);
        var example = new GoldenExample { Inputs = new JsonObject { ["x"] = 3 }, Outputs = new JsonObject { ["y"] = expected } };
        var version = new ModelVersion
        {
            Model = "line",
            Number = 1,
            Format = "line",
            Actor = "ada",
            Manifest = default,
            FileCount = 0,
            ExampleCount = 1,
            Size = 0
        };

        Assert.That(() => GoldenExamples.Check(new LocalVersion { Metadata = version, Folder = "", Examples = [example] }, model, CancellationToken.None),
            passes ? Throws.Nothing : Throws.TypeOf<ModelCheckException>());
    }

    [Test]
    public void An_unknown_output_is_reported_with_the_known_outputs()
    {
        using var model = new LoadedLine(new ModelSource { Model = "line", Version = 1, Folder = "." }, 2);
        var example = new GoldenExample { Inputs = new JsonObject { ["x"] = 3 }, Outputs = new JsonObject { ["z"] = 1 } };
        var version = new ModelVersion
        {
            Model = "line",
            Number = 1,
            Format = "line",
            Actor = "ada",
            Manifest = default,
            FileCount = 0,
            ExampleCount = 1,
            Size = 0
        };

        var exception = Assert.Throws<ModelCheckException>(() =>
            GoldenExamples.Check(new LocalVersion { Metadata = version, Folder = "", Examples = [example] }, model, CancellationToken.None));

        Assert.That(exception.Message, Does.Contain("no output 'z'. The outputs are 'y'."));
    }

    [Test]
    public void An_expected_value_that_is_not_a_number_is_a_fault_of_the_example()
    {
        using var model = new LoadedLine(new ModelSource { Model = "line", Version = 1, Folder = "." }, 2);
        var example = new GoldenExample { Inputs = new JsonObject { ["x"] = 3 }, Outputs = new JsonObject { ["y"] = "six" } };
        var version = new ModelVersion
        {
            Model = "line",
            Number = 1,
            Format = "line",
            Actor = "ada",
            Manifest = default,
            FileCount = 0,
            ExampleCount = 1,
            Size = 0
        };

        var exception = Assert.Throws<ModelCheckException>(() =>
            GoldenExamples.Check(new LocalVersion { Metadata = version, Folder = "", Examples = [example] }, model, CancellationToken.None));

        Assert.That(exception.Message, Does.Contain("golden example 1 of 1").And.Contain("'six'"));
    }

    [TestCase("[[1, 2], [3, 4, 5], [6]]")]
    [TestCase("[[[1, 2]], [3, 4]]")]
    [TestCase("{ \"a\": 1 }")]
    [TestCase("[[{ \"a\": 1 }, 2]]")]
    public void Arrays_of_different_lengths_and_objects_are_rejected_and_named(string json) =>
        Assert.That(() => TensorJson.Read(JsonNode.Parse(json), s_numbers), Throws.ArgumentException.With.Message.Contains("'n'"));
}
