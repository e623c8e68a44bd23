using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Inputs that have a default in the model.</summary>
public sealed class OnnxOptionalInputTests
{
    private static readonly byte[] s_scaled = Model(
        [Node("Mul", ["x", "scale"], ["y"])],
        [Tensor("x", TensorElementType.Float, -1, 2), Tensor("scale", TensorElementType.Float, 2)],
        [Tensor("y", TensorElementType.Float, -1, 2)],
        initializers: [Initializer("scale", [10, 100], 2)]);

    private static readonly ModelTensor s_row = new(new float[] { 1, 2 }, [1, 2]);

    [Test]
    public async Task They_are_optional_in_the_signature()
    {
        using var model = await OnnxFiles.LoadAsync(s_scaled);

        Assert.That(model.Signature.Inputs.Select(static input => (input.Name, input.IsOptional)), Is.EqualTo(new[] { ("x", false), ("scale", true) }));
        Assert.That(model.Signature.Inputs[1].Shape, Is.EqualTo(new long?[] { 2 }));
    }

    [Test]
    public async Task They_are_bound_by_name_where_they_are_given()
    {
        using var model = await OnnxFiles.LoadAsync(s_scaled);

        var defaults = model.Predict(new Dictionary<string, ModelTensor> { ["x"] = s_row });
        var given = model.Predict(new Dictionary<string, ModelTensor> { ["x"] = s_row, ["scale"] = new(new float[] { 3, 4 }, [2]) });

        Assert.That((defaults["y"].Values, given["y"].Values), Is.EqualTo((new float[] { 10, 200 }, new float[] { 3, 8 })));
        Assert.That(
            () => model.Predict(new Dictionary<string, ModelTensor> { ["x"] = s_row, ["scale"] = new(new float[3], [3]) }),
                Throws.ArgumentException.With.Message.Contains("'scale' requires Float32 [2]"));
    }

    [Test]
    public async Task Type_without_a_property_for_them_leaves_the_default()
    {
        using var model = await OnnxFiles.LoadAsync(s_scaled);
        using var predictor = model.CreatePredictor<Row, Output>();
        Output[] outputs = [new(), new()];

        predictor.Predict([new Row { X = [1, 2] }, new Row { X = [3, 4] }], outputs);

        Assert.That(outputs.Select(static output => output.Y), Is.EqualTo(new float[][] { [10, 200], [30, 400] }));
    }

    [Test]
    public async Task Property_that_is_null_leaves_the_default_and_any_other_is_bound()
    {
        using var model = await OnnxFiles.LoadAsync(s_scaled);
        using var predictor = model.CreatePredictor<ScaledRow, Output>();
        Output[] outputs = [new(), new()];

        predictor.Predict([new ScaledRow { X = [1, 2], Scale = [3, 4] }, new ScaledRow { X = [1, 2] }], outputs);

        Assert.That(outputs.Select(static output => output.Y), Is.EqualTo(new float[][] { [3, 8], [10, 200] }));
    }

    [Test]
    public async Task Member_that_cannot_be_used_is_rejected()
    {
        using var model = await OnnxFiles.LoadAsync(s_scaled);

        var misfit = Assert.Throws<ModelMappingException>(() => model.CreatePredictor<UnusableScale, Output>())!;

        Assert.That(misfit.Faults.Single().Member, Is.EqualTo("property 'Scale'"));
    }

    private sealed class Row
    {
        public float[] X { get; init; } = [];
    }

    private sealed class ScaledRow
    {
        public float[] X { get; init; } = [];

        public float[]? Scale { get; init; }
    }

    private sealed class UnusableScale
    {
        public float[] X { get; init; } = [];

        public List<float>? Scale { get; init; }
    }

    private sealed class Output
    {
        public float[] Y { get; set; } = [];
    }
}
