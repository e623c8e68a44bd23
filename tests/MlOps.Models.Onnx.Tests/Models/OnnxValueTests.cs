using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Tests that values of all types are preserved, in objects and in tensors.</summary>
public sealed class OnnxValueTests
{
    [Test]
    public Task Signed_bytes() => AssertAsync<sbyte>(TensorElementType.Int8, [sbyte.MinValue, 0, sbyte.MaxValue]);

    [Test]
    public Task Shorts() => AssertAsync<short>(TensorElementType.Int16, [short.MinValue, 0, short.MaxValue]);

    [Test]
    public Task Integers() => AssertAsync<int>(TensorElementType.Int32, [int.MinValue, 0, int.MaxValue]);

    [Test]
    public Task Longs() => AssertAsync<long>(TensorElementType.Int64, [long.MinValue, 0, long.MaxValue]);

    [Test]
    public Task Bytes() => AssertAsync<byte>(TensorElementType.UInt8, [0, 1, byte.MaxValue]);

    [Test]
    public Task Unsigned_shorts() => AssertAsync<ushort>(TensorElementType.UInt16, [0, 1, ushort.MaxValue]);

    [Test]
    public Task Unsigned_integers() => AssertAsync<uint>(TensorElementType.UInt32, [0, 1, uint.MaxValue]);

    [Test]
    public Task Unsigned_longs() => AssertAsync<ulong>(TensorElementType.UInt64, [0, 1, ulong.MaxValue]);

    [Test]
    public Task Halves() => AssertAsync<Half>(TensorElementType.Float16, [Half.MinValue, Half.Epsilon, Half.NaN]);

    [Test]
    public Task Floats() => AssertAsync<float>(TensorElementType.Float, [float.MinValue, float.Epsilon, float.NaN]);

    [Test]
    public Task Doubles() => AssertAsync<double>(TensorElementType.Double, [double.MinValue, double.Epsilon, double.PositiveInfinity]);

    [Test]
    public Task Truth_values() => AssertAsync<bool>(TensorElementType.Bool, [true, false, true]);

    [Test]
    public Task Texts() => AssertAsync<string>(TensorElementType.String, ["", "naïve 🙂", new string('x', 100_000)]);

    [Test]
    public async Task Text_that_is_null_is_rejected_by_name()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.String));
        using var predictor = model.CreatePredictor<One<string>, One<string>>();

        Assert.That(() => predictor.Predict(new One<string>(), new One<string>()), Throws.ArgumentException.With.Message.Contains("property 'X' is null"));
        Assert.That(
            () => model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(new string?[] { null }, [1, 1]) }),
            Throws.ArgumentException.With.Message.Contains("'x' contains a null string"));
    }

    [Test]
    public async Task Inputs_of_no_rows_give_outputs_of_none()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float));

        var outputs = model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(Array.Empty<float>(), [0, 1]) });

        Assert.That(outputs["X"].Shape, Is.EqualTo(new long[] { 0, 1 }));
    }

    [Test]
    public async Task Failure_of_the_model_names_the_version_and_keeps_the_predictor_usable()
    {
        var reshape = Model(
            [Node("Gather", ["data", "x"], ["y"], Attribute("axis", 1))],
            [Tensor("data", TensorElementType.Float, 1, 3), Tensor("x", TensorElementType.Int64, 1)],
            [Tensor("y", TensorElementType.Float, 1, 1)]);
        using var model = await OnnxFiles.LoadAsync(reshape);
        using var predictor = model.CreatePredictor<Lookup, Found>();
        var found = new Found();

        Assert.That(
            () => predictor.Predict(new Lookup { X = 17 }, found),
            Throws.InstanceOf<ProviderException>().With.Message.Contains("version 3 of the model 'test'").And.Message.Contains("out of data bounds"));
        predictor.Predict(new Lookup { X = 2 }, found);

        Assert.That(found.Y, Is.EqualTo(30));
    }

    [Test]
    public async Task Predictor_of_a_disposed_model_throws()
    {
        var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float));
        using var predictor = model.CreatePredictor<One<float>, One<float>>();
        model.Dispose();

        Assert.That(() => predictor.Predict(new One<float>(), new One<float>()), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => model.Predict(new Dictionary<string, ModelTensor>()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Predictions_during_disposal_of_the_model_throw()
    {
        var model = await ReferenceModel.BreastCancer.LoadAsync();
        Row[] rows = [.. ReferenceModel.BreastCancer.Rows.Select(static row => new Row { Features = row })];
        using var started = new CountdownEvent(4);
        var predictions = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var predictor = model.CreatePredictor<Row, Answer>();
            Answer[] answers = [.. rows.Select(static _ => new Answer())];
            predictor.Predict(rows, answers);
            started.Signal();
            while (true)
            {
                predictor.Predict(rows, answers);
            }
        })).ToArray();
        started.Wait();

        model.Dispose();

        foreach (var prediction in predictions)
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => prediction);
        }
    }

    [Test]
    public async Task Disposed_predictor_throws()
    {
        using var model = await OnnxFiles.LoadAsync(Identity(TensorElementType.Float));
        var predictor = model.CreatePredictor<One<float>, One<float>>();
        predictor.Dispose();

        Assert.That(() => predictor.Predict(new One<float>(), new One<float>()), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Prediction_of_numbers_allocates_nothing()
    {
        using var model = await ReferenceModel.BreastCancer.LoadAsync();
        using var predictor = model.CreatePredictor<Row, Answer>();
        Row[] rows = [.. ReferenceModel.BreastCancer.Rows.Select(static row => new Row { Features = row })];
        Answer[] answers = [.. rows.Select(static _ => new Answer())];
        predictor.Predict(rows, answers);
        predictor.Predict(rows[0], answers[0]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            predictor.Predict(rows[i % rows.Length], answers[0]);
            predictor.Predict(rows, answers);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static byte[] Identity(TensorElementType type) =>
        Model([Node("Identity", ["x"], ["X"])], [Tensor("x", type, -1, 1)], [Tensor("X", type, -1, 1)]);

    private static async Task AssertAsync<T>(TensorElementType type, T[] values)
    {
        using var model = await OnnxFiles.LoadAsync(Identity(type));
        using var single = model.CreatePredictor<One<T>, One<T>>();
        using var wide = await OnnxFiles.LoadAsync(
            Model([Node("Identity", ["x"], ["X"])], [Tensor("x", type, -1, values.Length)], [Tensor("X", type, -1, values.Length)]));
        using var whole = wide.CreatePredictor<One<T[]>, One<T[]>>();
        using var call = wide.CreatePredictor<Call<T>, Call<T>>();
        using var tensor = wide.CreatePredictor<One<ModelTensor>, One<ModelTensor>>();
        var array = new One<T[]>();
        var (ofCall, ofTensor) = (new Call<T>(), new One<ModelTensor>());
        One<T>[] outputs = [.. values.Select(static _ => new One<T>())];

        var tensors = model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(values, [values.Length, 1]) });
        single.Predict([.. values.Select(static value => new One<T> { X = value })], outputs);
        whole.Predict(new One<T[]> { X = values }, array);
        call.Predict(new Call<T> { X = values }, ofCall);
        tensor.Predict(new One<ModelTensor> { X = new ModelTensor(values, [1, values.Length]) }, ofTensor);

        Assert.That(tensors["X"].Values, Is.EqualTo(values));
        Assert.That(outputs.Select(static output => output.X), Is.EqualTo(values));
        Assert.That(array.X, Is.EqualTo(values));
        Assert.That(ofCall.X, Is.EqualTo(values));
        Assert.That(ofTensor.X!.Values, Is.EqualTo(values));
    }

    private sealed class One<T>
    {
        public T? X { get; set; }
    }

    private sealed class Call<T>
    {
        [Feature(PerCall = true)]
        public T[]? X { get; set; }
    }

    private sealed class Lookup
    {
        public float[] Data { get; init; } = [10, 20, 30];

        public long X { get; init; }
    }

    private sealed class Found
    {
        public float Y { get; set; }
    }

    private sealed class Row
    {
        public float[] Features { get; init; } = [];
    }

    private sealed class Answer
    {
        public long Label { get; set; }

        public float[] Probabilities { get; set; } = [];
    }
}
