using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Outputs that are sequences of maps from classes to probabilities.</summary>
public sealed class OnnxClassTests
{
    private static readonly byte[] s_numbers = Model([ZipMap("x", "probabilities", 7, 3)], [Tensor("x", TensorElementType.Float, -1, 2)],
        [Maps("probabilities", TensorElementType.Int64)]);

    private static readonly byte[] s_names = Model([ZipMap("x", "probabilities", "no", "yes")], [Tensor("x", TensorElementType.Float, -1, 2)],
        [Maps("probabilities", TensorElementType.String)]);

    [Test]
    public async Task They_are_in_the_signature()
    {
        using var model = await OnnxFiles.LoadAsync(s_names);

        var output = model.Signature.Outputs.Single();

        Assert.That((output.Name, output.Type, output.Shape), Is.EqualTo(("probabilities", FeatureType.Float32, new long?[] { null, null })));
    }

    [Test]
    public async Task Tensor_prediction_returns_labels()
    {
        using var names = await OnnxFiles.LoadAsync(s_names);
        using var numbers = await OnnxFiles.LoadAsync(s_numbers);
        var rows = new Dictionary<string, ModelTensor> { ["x"] = new(new float[] { 1, 2, 3, 4, 5, 6 }, [3, 2]) };

        var (byName, byNumber) = (names.Predict(rows)["probabilities"], numbers.Predict(rows)["probabilities"]);

        Assert.That((byName.Shape, byName.Labels, byName.Values), Is.EqualTo((new long[] { 3, 2 }, new[] { "no", "yes" }, new float[] { 1, 2, 3, 4, 5, 6 })));
        Assert.That((byNumber.Labels, byNumber.Values), Is.EqualTo((new[] { "3", "7" }, new float[] { 2, 1, 4, 3, 6, 5 })));
    }

    [Test]
    public async Task They_fill_arrays_values_and_dictionaries()
    {
        using var model = await OnnxFiles.LoadAsync(s_numbers);
        using var predictor = model.CreatePredictor<Row, Numbers>();
        Numbers[] outputs = [new(), new()];

        predictor.Predict([new Row { X = [1, 2] }, new Row { X = [3, 4] }], outputs);

        Assert.That(outputs.Select(static output => output.Probabilities), Is.EqualTo(new float[][] { [2, 1], [4, 3] }));
        Assert.That(outputs.Select(static output => output.Second), Is.EqualTo(new[] { 1f, 3 }));
        Assert.That(outputs[1].ByNumber, Is.EqualTo(new Dictionary<long, float> { [3] = 4, [7] = 3 }));
        Assert.That(outputs[1].ByName, Is.EqualTo(new Dictionary<string, float> { ["3"] = 4, ["7"] = 3 }));
    }

    [Test]
    public async Task Existing_dictionary_is_reused()
    {
        using var model = await OnnxFiles.LoadAsync(s_names);
        using var predictor = model.CreatePredictor<Row, Names>();
        var own = new Dictionary<string, float> { ["old"] = 1 };
        var output = new Names { Probabilities = own };

        predictor.Predict(new Row { X = [1, 2] }, output);

        Assert.That(output.Probabilities, Is.SameAs(own).And.EqualTo(new Dictionary<string, float> { ["no"] = 1, ["yes"] = 2 }));
    }

    [Test]
    public async Task They_are_tensors_with_labels_of_a_call()
    {
        using var model = await OnnxFiles.LoadAsync(s_names);
        using var predictor = model.CreatePredictor<Row, Whole>();
        var output = new Whole();

        predictor.Predict(new Row { X = [1, 2] }, output);

        Assert.That((output.Probabilities!.Labels, output.Probabilities.Shape), Is.EqualTo((new[] { "no", "yes" }, new long[] { 1, 2 })));
        Assert.That(output.ByName, Is.EqualTo(new Dictionary<string, float> { ["no"] = 1, ["yes"] = 2 }));
    }

    [Test]
    public async Task Dictionary_that_does_not_fit_is_rejected()
    {
        using var names = await OnnxFiles.LoadAsync(s_names);
        using var tensor = await OnnxFiles.LoadAsync(Model([Node("Identity", ["x"], ["probabilities"])], [Tensor("x", TensorElementType.Float, -1, 2)],
            [Tensor("probabilities", TensorElementType.Float, -1, 2)]));

        Assert.That(Assert.Throws<ModelMappingException>(() => names.CreatePredictor<Row, ByNumberOnly>())!.Faults.Single().Expected,
            Does.Contain("Dictionary<string, float>"));
        Assert.That(Assert.Throws<ModelMappingException>(() => tensor.CreatePredictor<Row, ByNumberOnly>())!.Faults.Single().Expected,
            Does.Contain("an array or a ModelTensor for Float32 [any, 2]"));
    }

    private sealed class Row
    {
        public float[] X { get; init; } = [];
    }

    private sealed class Numbers
    {
        public float[] Probabilities { get; set; } = [];

        [Feature("probabilities", Index = 1)]
        public float Second { get; set; }

        [Feature("probabilities")]
        public Dictionary<long, float>? ByNumber { get; set; }

        [Feature("probabilities")]
        public Dictionary<string, float>? ByName { get; set; }
    }

    private sealed class Names
    {
        public Dictionary<string, float>? Probabilities { get; set; }
    }

    private sealed class Whole
    {
        public ModelTensor? Probabilities { get; set; }

        [Feature("probabilities")]
        public Dictionary<string, float>? ByName { get; set; }
    }

    private sealed class ByNumberOnly
    {
        public Dictionary<long, float>? Probabilities { get; set; }
    }
}
