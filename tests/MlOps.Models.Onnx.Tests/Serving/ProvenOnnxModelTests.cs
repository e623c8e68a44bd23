using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime.Tensors;
using MlOps.Models;
using MlOps.Registry;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Serving;

/// <summary>Tests ONNX models whose predictions fail or are slow, after registration and promotion.</summary>
public sealed class ProvenOnnxModelTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-proven-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    /// <summary>The golden example is predicted from tensors, so that only the typed prediction reveals the fault.</summary>
    [Test]
    public async Task A_version_whose_output_has_no_rows_does_not_replace_the_active_version()
    {
        await using var services = CreateServices(static builder => builder.AddModel<Pair, Sum>("m"));
        var model = services.GetRequiredService<IModel<Pair, Sum>>();
        var example = new GoldenExample
        {
            Inputs = new JsonObject { ["X"] = new JsonArray(new JsonArray(1.0, 2.0)) },
            Outputs = new JsonObject { ["Y"] = 3.0 },
        };
        await PromoteAsync(services, SumOfRow(keepsRows: true), example);
        await model.ReloadAsync();

        await PromoteAsync(services, SumOfRow(keepsRows: false), example);
        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("'Y' has the shape []").And.Contain("golden examples"));
        Assert.That(model.Status.Error, Is.EqualTo(exception.Message));
        Assert.That(model.Status.Versions.Select(static version => $"{version.Number} {version.State}"), Is.EqualTo(["1 Ready", "2 Failed"]));
        Assert.That(model.Predict(new Pair()).Output.Y, Is.EqualTo(3));
    }

    [Test]
    public Task An_output_property_of_a_list_fails_the_load() => AssertRefusedAsync<ListSum>("property 'Y'", "found List<Single>");

    [Test]
    public Task An_output_property_of_decimal_fails_the_load() => AssertRefusedAsync<DecimalSum>("property 'Y'", "declare double or float");

    [Test]
    public Task An_output_property_with_a_private_setter_fails_the_load() => AssertRefusedAsync<PrivateSum>("property 'Y'", "found no public setter");

    [Test]
    public Task An_output_that_is_a_field_fails_the_load() => AssertRefusedAsync<FieldSum>("field 'Y'", "expected a public property");

    [Test]
    public async Task A_model_with_inputs_without_rows_is_served_by_named_tensors()
    {
        await using var services = CreateServices(static builder => builder.AddModel("m"));
        await PromoteAsync(services, VoiceDetection());
        var model = services.GetRequiredService<IModel>();
        await model.ReloadAsync();

        var output = model.Predict(new Dictionary<string, ModelTensor>
        {
            ["input"] = new(new[] { 1f, 2f, 3f, 6f }, [1, 4]),
            ["state"] = new(new[] { 5f, 7f }, [2, 1, 1]),
            ["sr"] = new(new[] { 16_000L }, []),
        }).Output;

        Assert.That(output["output"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 48_000f }));
        Assert.That(output["stateN"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 5f, 7f }));
        Assert.That(output["stateN"].Shape, Is.EqualTo(new long[] { 2, 1, 1 }));
    }

    [Test]
    public async Task A_model_with_inputs_without_rows_is_served_by_types()
    {
        await using var services = CreateServices(static builder => builder.AddModel<Voice, Activity>("m"));
        await PromoteAsync(services, VoiceDetection());
        var model = services.GetRequiredService<IModel<Voice, Activity>>();
        await model.ReloadAsync();

        var output = model.Predict(new Voice { Input = [1, 2, 3, 6], State = [5, 7], Sr = 16_000 }).Output;

        Assert.That(output.Output, Is.EqualTo(48_000));
        Assert.That(output.State, Is.EqualTo(new[] { 5f, 7f }));
    }

    /// <summary>The fifty predictions of a full warm-up take longer than the load may take.</summary>
    [Test]
    public async Task A_slow_model_is_loaded_within_its_timeout()
    {
        await using var services = CreateServices(
            static builder => builder.AddModel<Pair, Sum>("m", static options => options.LoadTimeout = TimeSpan.FromSeconds(5)));
        await PromoteAsync(services, SlowSumOfRow());
        var model = services.GetRequiredService<IModel<Pair, Sum>>();

        await model.ReloadAsync();

        Assert.That(model.Status.ReadyVersion, Is.EqualTo(1));
        Assert.That(
            services.GetFakeLogCollector().GetSnapshot().Single(static log => log.Id.Id == 614).Message,
            Does.Contain("One prediction takes").And.Contain("a prediction from tensors"));
    }

    [Test]
    public async Task Stopping_the_host_cancels_a_running_load()
    {
        var services = CreateServices(static builder => builder.AddModel<Pair, Sum>("m", static options => options.Predictors = 1));
        await PromoteAsync(services, SlowSumOfRow());
        var model = services.GetRequiredService<IModel<Pair, Sum>>();
        var load = model.ReloadAsync();
        SpinWait.SpinUntil(() => model.Status.Versions.Count > 0 || load.IsCompleted);

        await services.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        await Assert.ThatAsync(() => load.WaitAsync(TimeSpan.FromSeconds(30)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(model.Status.ReadyVersion, Is.Null);
    }

    [Test]
    public async Task A_version_without_its_data_file_is_rejected_and_the_active_version_is_kept()
    {
        await using var services = CreateServices(static builder => builder.AddModel<Pair, Sum>("m"));
        var model = services.GetRequiredService<IModel<Pair, Sum>>();
        await PromoteAsync(services, SumOfRow(keepsRows: true));
        await model.ReloadAsync();
        await PromoteAsync(services, Model(
            [Node("Add", ["X", "w"], ["Y"])],
            [Tensor("X", TensorElementType.Float, -1, 2)],
            [Tensor("Y", TensorElementType.Float, -1, 2)],
            initializers: [ExternalInitializer("w", "weights.bin", 2)]));

        var exception = await Assert.ThrowsAsync<ModelFormatException>(() => model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("weights.bin"));
        Assert.That(model.Status.Error, Does.Contain("weights.bin"));
        Assert.That(model.Predict(new Pair()).Version.Number, Is.EqualTo(1));
    }

    private async Task AssertRefusedAsync<TOutput>(string member, string reason)
        where TOutput : class, new()
    {
        await using var services = CreateServices(static builder => builder.AddModel<Pair, TOutput>("m"));
        await PromoteAsync(services, SumOfRow(keepsRows: true));
        var model = services.GetRequiredService<IModel<Pair, TOutput>>();

        var exception = await Assert.ThrowsAsync<ModelMappingException>(() => model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain(member).And.Contain(reason));
        Assert.That(model.Status.Error, Is.EqualTo(exception.Message));
        Assert.That(model.Status.ReadyVersion, Is.Null);
    }

    private ServiceProvider CreateServices(Action<MlOpsBuilder> add)
    {
        var settings = new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Memory",
            ["MlOps:Serving:CacheFolder"] = Path.Combine(_folder.FullName, "cache"),
        };
        var builder = new ServiceCollection().AddFakeLogging().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddOnnxModels();
        add(builder);
        return builder.Services.BuildServiceProvider();
    }

    private async Task PromoteAsync(ServiceProvider services, byte[] model, params GoldenExample[] examples)
    {
        var file = Path.Combine(_folder.FullName, "model.onnx");
        await File.WriteAllBytesAsync(file, model);
        var registry = services.GetRequiredService<IModelRegistry>();
        var version = await registry.RegisterAsync("m", new ModelRegistration { Format = "onnx", Files = [file], Examples = examples });
        await registry.SetAliasAsync("m", "production", version.Number);
    }

    /// <summary>Without rows the model has one sum for a whole call.</summary>
    private static byte[] SumOfRow(bool keepsRows) => Model(
        [keepsRows ? Node("ReduceSum", ["X", "columns"], ["Y"], Attribute("keepdims", 1)) : Node("ReduceSum", ["X"], ["Y"], Attribute("keepdims", 0))],
        [Tensor("X", TensorElementType.Float, -1, 2)],
        [keepsRows ? Tensor("Y", TensorElementType.Float, -1, 1) : Tensor("Y", TensorElementType.Float)],
        initializers: [IntegerInitializer("columns", [1], 1)]);

    /// <summary>A prediction multiplies large matrices, which takes a few tenths of a second.</summary>
    private static byte[] SlowSumOfRow()
    {
        const int Products = 240;
        byte[][] nodes =
        [
            Node("ReduceSum", ["X", "columns"], ["Y"], Attribute("keepdims", 1)),
            Node("ReduceMin", ["Y"], ["least"], Attribute("keepdims", 1)),
            Node("Expand", ["least", "size"], ["m0"]),
            .. Enumerable.Range(0, Products).Select(static i => Node("MatMul", [$"m{i}", "m0"], [$"m{i + 1}"])),
        ];
        return Model(
            nodes,
            [Tensor("X", TensorElementType.Float, -1, 2)],
            [Tensor("Y", TensorElementType.Float, -1, 1), Tensor($"m{Products}", TensorElementType.Float, 512, 512)],
            initializers: [IntegerInitializer("columns", [1], 1), IntegerInitializer("size", [512, 512], 2)]);
    }

    /// <summary>The inputs of a voice detection: sound in rows, a state with rows in its second dimension, and a sampling rate for the call.</summary>
    private static byte[] VoiceDetection() => Model(
        [
            Node("ReduceMean", ["input"], ["mean"], Attributes("axes", 1), Attribute("keepdims", 1)),
            Node("Cast", ["sr"], ["rate"], Attribute("to", (long)TensorElementType.Float)),
            Node("Mul", ["mean", "rate"], ["output"]),
            Node("Identity", ["state"], ["stateN"]),
        ],
        [Tensor("input", TensorElementType.Float, -1, 4), Tensor("state", TensorElementType.Float, 2, -1, 1), Tensor("sr", TensorElementType.Int64)],
        [Tensor("output", TensorElementType.Float, -1, 1), Tensor("stateN", TensorElementType.Float, 2, -1, 1)]);

    private sealed class Pair
    {
        public float[] X { get; init; } = [1, 2];
    }

    private sealed class Sum
    {
        public float Y { get; set; }
    }

    private sealed class ListSum
    {
        public List<float> Y { get; set; } = [];
    }

    private sealed class DecimalSum
    {
        public decimal Y { get; set; }
    }

    private sealed class PrivateSum
    {
        public float Y { get; private set; }
    }

    private sealed class FieldSum
    {
        public float Y = float.NaN;
    }

    private sealed class Voice
    {
        public required float[] Input { get; init; }

        public required float[] State { get; init; }

        public required long Sr { get; init; }
    }

    private sealed class Activity
    {
        public float Output { get; set; }

        [Feature("stateN")]
        public float[] State { get; set; } = [];
    }
}
