using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Models and types for which an object is a call instead of a row.</summary>
public sealed class OnnxCallTests
{
    /// <summary>Adds a state without rows to itself, and a scalar to rows.</summary>
    private static readonly byte[] s_recurrent = Model(
        [Node("Add", ["input", "gain"], ["output"]), Node("Add", ["state", "state"], ["stateN"])],
        [Tensor("input", TensorElementType.Float, -1, -1), Tensor("state", TensorElementType.Float, 2, -1, 3), Tensor("gain", TensorElementType.Float)],
        [Tensor("output", TensorElementType.Float, -1, -1), Tensor("stateN", TensorElementType.Float, 2, -1, 3)]);

    [Test]
    public async Task Scalars_and_states_without_rows_are_given_once_for_each_call()
    {
        using var model = await OnnxFiles.LoadAsync(s_recurrent);
        using var predictor = model.CreatePredictor<Voice, VoiceOutput>();
        VoiceOutput[] outputs = [new(), new()];

        predictor.Predict([new Voice { Input = [1, 2], Gain = 10 }, new Voice { Input = [3], Gain = 20, State = [1, 2, 3, 4, 5, 6] }], outputs);

        Assert.That(outputs.Select(static output => output.Output), Is.EqualTo(new float[][] { [11, 12], [23] }));
        Assert.That(outputs[1].State, Is.EqualTo(new float[] { 2, 4, 6, 8, 10, 12 }));
    }

    [Test]
    public async Task Array_that_does_not_fill_a_state_is_rejected()
    {
        using var model = await OnnxFiles.LoadAsync(s_recurrent);
        using var predictor = model.CreatePredictor<Voice, VoiceOutput>();

        Assert.That(() => predictor.Predict(new Voice { State = [1, 2, 3, 4] }, new VoiceOutput()),
            Throws.ArgumentException.With.Message.Contains("Input 'state' has the shape Float32 [2, any, 3]"));
    }

    [Test]
    public async Task Tensors_are_members_with_a_shape_of_their_own()
    {
        using var model = await OnnxFiles.LoadAsync(s_recurrent);
        using var predictor = model.CreatePredictor<Tensors, TensorsOutput>();
        var output = new TensorsOutput();

        predictor.Predict(new Tensors { Input = new(new float[] { 1, 2, 3, 4 }, [2, 2]), State = new(new float[12], [2, 2, 3]), Gain = 1 }, output);

        Assert.That((output.Output!.Shape, output.Output.Values), Is.EqualTo((new long[] { 2, 2 }, new float[] { 2, 3, 4, 5 })));
        Assert.That(output.StateN!.Shape, Is.EqualTo(new long[] { 2, 2, 3 }));
    }

    [Test]
    public async Task Tensor_of_another_shape_or_type_is_rejected_by_name()
    {
        using var model = await OnnxFiles.LoadAsync(s_recurrent);
        using var predictor = model.CreatePredictor<Tensors, TensorsOutput>();
        ModelTensor input = new(new float[1], [1, 1]), state = new(new float[6], [2, 1, 3]);

        Assert.That(
            () => predictor.Predict(new Tensors { Input = input, State = new(new float[2], [2, 1, 1]) }, new TensorsOutput()),
            Throws.ArgumentException.With.Message.Contains("property 'State' is Float32 [2, 1, 1], but the model requires Float32 [2, any, 3]"));
        Assert.That(() => predictor.Predict(new Tensors { Input = new(new double[1], [1, 1]), State = state }, new TensorsOutput()),
            Throws.ArgumentException.With.Message.Contains("property 'Input' is Float64"));
        Assert.That(() => predictor.Predict(new Tensors { Input = input }, new TensorsOutput()),
            Throws.ArgumentException.With.Message.Contains("property 'State' is null"));
    }

    [Test]
    public async Task Input_that_could_have_rows_is_one_of_the_call_where_an_attribute_makes_it_so()
    {
        using var model = await OnnxFiles.LoadAsync(Model(
            [Node("Add", ["x", "offsets"], ["y"])], [Tensor("x", TensorElementType.Float, -1, 2), Tensor("offsets", TensorElementType.Float, -1)],
                [Tensor("y", TensorElementType.Float, -1, 2)]));
        using var predictor = model.CreatePredictor<Offsets, Sums>();
        Sums[] outputs = [new(), new()];

        predictor.Predict([new Offsets { X = [1, 2], Shared = [10, 20] }, new Offsets { X = [3, 4], Shared = [5] }], outputs);

        Assert.That(outputs.Select(static output => output.Y), Is.EqualTo(new float[][] { [11, 22], [8, 9] }));
    }

    [Test]
    public async Task Output_without_rows_is_written_once_for_each_call()
    {
        using var model = await OnnxFiles.LoadAsync(Model(
            [Node("ReduceSum", ["x"], ["total"], Attribute("keepdims", 0))], [Tensor("x", TensorElementType.Float, -1, 2)],
                [Tensor("total", TensorElementType.Float)]));
        using var predictor = model.CreatePredictor<Pair, Total>();
        Total[] outputs = [new(), new()];

        predictor.Predict([new Pair { X = [1, 2] }, new Pair { X = [3, 4] }], outputs);

        Assert.That(outputs.Select(static output => output.Value), Is.EqualTo(new[] { 3f, 7 }));
    }

    [Test]
    public async Task Output_without_rows_that_is_mapped_as_one_of_rows_is_rejected_with_the_remedy()
    {
        using var model = await OnnxFiles.LoadAsync(Model(
            [Node("ReduceSum", ["x"], ["total"], Attribute("keepdims", 0))], [Tensor("x", TensorElementType.Float, -1, 2)],
                [Tensor("total", TensorElementType.Float)]));
        using var predictor = model.CreatePredictor<Pair, TotalOfRows>();

        Assert.That(() => predictor.Predict(new Pair { X = [1, 2] }, new TotalOfRows()),
            Throws.TypeOf<ProviderException>().With.Message.Contains("[Feature(PerCall = true)]"));
    }

    [Test]
    public async Task Fixed_number_of_rows_is_one_call()
    {
        using var model = await OnnxFiles.LoadAsync(Model([Node("Add", ["x", "x"], ["y"])], [Tensor("x", TensorElementType.Float, 2, 2)],
            [Tensor("y", TensorElementType.Float, 2, 2)]));
        using var predictor = model.CreatePredictor<Pair, Sums>();
        var output = new Sums();

        predictor.Predict(new Pair { X = [1, 2, 3, 4] }, output);

        Assert.That(output.Y, Is.EqualTo(new float[] { 2, 4, 6, 8 }));
        Assert.That(() => predictor.Predict(new Pair { X = [1, 2] }, output), Throws.ArgumentException.With.Message.Contains("requires 4"));
    }

    [Test]
    public async Task Predictor_of_calls_cannot_be_used_once_it_or_its_model_is_disposed()
    {
        var model = await OnnxFiles.LoadAsync(s_recurrent);
        var (first, second) = (model.CreatePredictor<Voice, VoiceOutput>(), model.CreatePredictor<Voice, VoiceOutput>());

        first.Dispose();
        model.Dispose();

        Assert.That(() => first.Predict(new Voice(), new VoiceOutput()), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => second.Predict(new Voice(), new VoiceOutput()), Throws.TypeOf<ObjectDisposedException>());
        second.Dispose();
    }

    private sealed class Voice
    {
        public float[] Input { get; init; } = [0];

        public float[] State { get; init; } = new float[6];

        public float Gain { get; init; }
    }

    private sealed class VoiceOutput
    {
        public float[] Output { get; set; } = [];

        [Feature("stateN")]
        public float[] State { get; set; } = [];
    }

    private sealed class Tensors
    {
        public ModelTensor? Input { get; init; }

        public ModelTensor? State { get; init; }

        public float Gain { get; init; }
    }

    private sealed class TensorsOutput
    {
        public ModelTensor? Output { get; set; }

        public ModelTensor? StateN { get; set; }
    }

    private sealed class Offsets
    {
        public float[] X { get; init; } = [];

        [Feature("offsets", PerCall = true)]
        public float[] Shared { get; init; } = [];
    }

    private sealed class Pair
    {
        public float[] X { get; init; } = [];
    }

    private sealed class Sums
    {
        public float[] Y { get; set; } = [];
    }

    private sealed class Total
    {
        [Feature("total", PerCall = true)]
        public float Value { get; set; }
    }

    private sealed class TotalOfRows
    {
        [Feature("total")]
        public float Value { get; set; }
    }
}
