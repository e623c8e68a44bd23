using System.Buffers.Binary;
using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Tests the errors of models that cannot be loaded.</summary>
public sealed class OnnxBadModelTests
{
    private static readonly byte[] s_good = WithOperator("Identity");

    [Test]
    public async Task Unknown_operator_is_named_with_the_remedy() =>
        Assert.That(
            await RefusalAsync(WithOperator("Frobnicate")),
            Does.Contain("Frobnicate").And.Contain("older opset").And.Contain("update MlOps.Models.Onnx"));

    [Test]
    public async Task Opset_of_the_future_is_named_with_the_remedy() =>
        Assert.That(await RefusalAsync(WithOperator("Identity", opset: 99)), Does.Contain("99").And.Contain("older opset"));

    [Test]
    public async Task Operator_without_code_for_its_type_is_named_with_the_remedy() =>
        Assert.That(
            await RefusalAsync(Model([Node("Det", ["x"], ["X"])], [Tensor("x", TensorElementType.Double, 2, 2)], [Tensor("X", TensorElementType.Double)])),
            Does.Contain("Det").And.Contain("older opset"));

    [Test]
    public async Task Input_that_is_no_tensor_is_rejected_with_the_remedy() =>
        Assert.That(
            await RefusalAsync(Model([Node("SequenceLength", ["x"], ["X"])], [Sequence("x", TensorElementType.Float)], [Tensor("X", TensorElementType.Int64)])),
            Does.Contain("'x' is a sequence").And.Contain("Export the model again"));

    [Test]
    public async Task Prediction_without_sufficient_memory_is_transient()
    {
        using var model = await OnnxFiles.LoadAsync(Model(
            [
            Node("Constant", [], ["shape"], Attributes("value_ints", 1L << 60)),
            Node("ConstantOfShape", ["shape"], ["zeros"]),
            Node("ReduceSum", ["zeros"], ["zero"]),
            Node("Add", ["x", "zero"], ["y"]),
        ],
            [Tensor("x", TensorElementType.Float, -1)],
            [Tensor("y", TensorElementType.Float, -1)]));

        var failed = Assert.Throws<ProviderException>(() => model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(new[] { 1f }, [1]) }))!;

        Assert.That(failed.IsTransient, Is.True);
        Assert.That(failed.Message, Does.Contain("Provide more memory"));
    }

    [Test]
    public async Task Damaged_forest_causes_no_other_exception()
    {
        var random = new Random(3);
        var refused = 0;
        for (var i = 0; i < 60; i++)
        {
            var bytes = await File.ReadAllBytesAsync(ReferenceModel.BreastCancer.File);
            random.NextBytes(bytes.AsSpan(random.Next(bytes.Length - 8), 8));
            try
            {
                using var model = await OnnxFiles.LoadAsync(bytes);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.Positive);
    }

    [Test]
    public async Task Several_models_are_named()
    {
        using var folder = new ModelFolder(("a.onnx", s_good), ("sub/b.onnx", s_good));

        Assert.That(await folder.RefusalAsync(), Does.Contain("'a.onnx', 'sub/b.onnx'").And.Contain("'model.onnx'"));
    }

    [Test]
    public async Task Of_several_models_that_named_model_is_loaded()
    {
        using var folder = new ModelFolder(("a.onnx", []), ("model.onnx", s_good));

        using var model = await folder.LoadAsync();

        Assert.That(model.Signature.Inputs.Single().Name, Is.EqualTo("x"));
    }

    [Test]
    public async Task Model_in_a_folder_below_is_found()
    {
        using var folder = new ModelFolder(("export/net.ONNX", s_good), ("notes.txt", [1]));

        using var model = await folder.LoadAsync();

        Assert.That(model.Signature.Outputs.Single().Name, Is.EqualTo("X"));
    }

    [Test]
    public async Task Data_beside_the_model_is_read()
    {
        var weights = new byte[2 * sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(weights, 10);
        BinaryPrimitives.WriteSingleLittleEndian(weights.AsSpan(sizeof(float)), 20);
        using var folder = new ModelFolder(("model.onnx", WithWeightsAt("weights.bin")), ("weights.bin", weights));

        using var model = await folder.LoadAsync();

        var outputs = model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(new[] { 1f, 2 }, [1, 2]) });
        Assert.That(outputs["X"].Values, Is.EqualTo(new[] { 11f, 22 }));
    }

    [TestCase("weights.bin")]
    [TestCase("sub/weights.bin")]
    public async Task Missing_data_beside_the_model_is_named(string location)
    {
        using var folder = new ModelFolder(("export/model.onnx", WithWeightsAt(location)));

        var refused = await Assert.ThrowsAsync<ModelFormatException>(folder.LoadAsync);

        Assert.That(refused!.Message,
            Does.Contain("version 3 of the model 'test'").And.Contain($"'export/{location}', which does not exist").And
                .Contain("Register the model with all its files"));
        Assert.That(refused.IsTransient, Is.False);
    }

    [Test]
    public async Task Data_beside_the_model_that_is_cut_off_is_rejected_with_the_remedy()
    {
        using var folder = new ModelFolder(("model.onnx", WithWeightsAt("weights.bin")), ("weights.bin", [1, 2, 3]));

        Assert.That(await folder.RefusalAsync(),
            Does.Contain("'model.onnx' refers to data files").And.Contain("Register the model with all its files"));
    }

    [TestCase("../../../etc/hostname")]
    [TestCase("/etc/hostname")]
    public async Task Data_outside_the_folder_is_rejected(string location)
    {
        using var folder = new ModelFolder(("model.onnx", WithWeightsAt(location)));

        Assert.That(await folder.RefusalAsync(), Does.Contain("version 3 of the model 'test'").And.Contain("Register the model with all its files"));
    }

    [Test]
    public async Task Missing_GPU_is_reported_with_the_setting_and_the_package()
    {
        var missing = await Assert.ThrowsAsync<ProviderException>(
            () => OnnxFiles.LoadAsync(s_good, options: new OnnxModelOptions { ExecutionProvider = OnnxExecutionProvider.Cuda }));

        Assert.That(
            missing!.Message,
            Does.Contain("MlOps:Onnx:ExecutionProvider").And.Contain("Microsoft.ML.OnnxRuntime.Gpu").And.Contain("MlOps:Onnx:FallBackToCpu"));
    }

    [Test]
    public async Task Missing_GPU_is_reported_with_the_setting_of_the_served_model()
    {
        using var folder = new ModelFolder(("model.onnx", s_good));
        var loader = new OnnxModelLoader(new OnnxModelOptions { ExecutionProvider = OnnxExecutionProvider.Cuda });

        var missing = await Assert.ThrowsAsync<ProviderException>(() => loader.LoadAsync(folder.Source("mine")));

        Assert.That(missing!.Message, Does.Contain("MlOps:Models:mine:Onnx:ExecutionProvider").And.Contain("MlOps:Models:mine:Onnx:FallBackToCpu"));
    }

    [Test]
    public async Task CPU_replaces_a_missing_GPU_if_allowed()
    {
        using var model = await OnnxFiles
            .LoadAsync(s_good, options: new OnnxModelOptions { ExecutionProvider = OnnxExecutionProvider.Cuda, FallBackToCpu = true });

        Assert.That(model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(new[] { 1f, 2 }, [1, 2]) })["X"].Values, Is.EqualTo(new[] { 1f, 2 }));
    }

    private static byte[] WithOperator(string operation, int opset = 13) => Model(
        [Node(operation, ["x"], ["X"])], [Tensor("x", TensorElementType.Float, -1, 2)], [Tensor("X", TensorElementType.Float, -1, 2)], opset);

    private static byte[] WithWeightsAt(string location) => Model(
        [Node("Add", ["x", "w"], ["X"])],
        [Tensor("x", TensorElementType.Float, -1, 2)],
        [Tensor("X", TensorElementType.Float, -1, 2)],
        initializers: [ExternalInitializer("w", location, 2)]);

    private static async Task<string> RefusalAsync(byte[] bytes)
    {
        using var folder = new ModelFolder(("model.onnx", bytes));
        return await folder.RefusalAsync();
    }

    private sealed class ModelFolder : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("mlops-onnx-").FullName;

        public ModelFolder(params (string Name, byte[] Content)[] files)
        {
            foreach (var (name, content) in files)
            {
                var file = Path.Combine(_path, name);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, content);
            }
        }

        public ModelSource Source(string? servedAs = null) => new() { Model = "test", Version = 3, Folder = _path, ServedAs = servedAs };

        public Task<ILoadedModel> LoadAsync() => new OnnxModelLoader().LoadAsync(Source());

        public async Task<string> RefusalAsync() => (await Assert.ThrowsAsync<ModelFormatException>(LoadAsync))!.Message;

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }
}
