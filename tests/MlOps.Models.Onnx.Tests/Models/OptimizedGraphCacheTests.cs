using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime.Tensors;
using static MlOps.Models.OnnxWriter;

namespace MlOps.Models;

/// <summary>Tests the cache of optimized graphs.</summary>
public sealed class OptimizedGraphCacheTests
{
    private string _folder = "";

    private string WorkFolder => Path.Combine(_folder, "work");

    private string[] Kept => Directory.GetFiles(WorkFolder);

    [SetUp]
    public async Task WriteModel()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-onnx-").FullName;
        Directory.CreateDirectory(Path.Combine(_folder, "version"));
        await WriteAsync("model.onnx", Plus(1));
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Graph_is_cached_only_if_enabled()
    {
        Assert.That(await PredictAsync(new OnnxModelOptions()), Is.EqualTo(2));
        Assert.That(await PredictAsync(new OnnxModelOptions { CacheOptimizedGraph = true, ConfigureSession = static (_, _) => { } }), Is.EqualTo(2));

        Assert.That(Directory.Exists(WorkFolder), Is.False);
    }

    [Test]
    public async Task Cache_file_name_contains_all_dependencies()
    {
        await PredictAsync();
        await PredictAsync();

        Assert.That(Path.GetFileName(Kept.Single()), Does.Match(@"^model\.[0-9a-f]{16}\.ort-[0-9.]+-all-cpu-(x64|arm64)[a-z0-9-]*\.[0-9a-f]{16}\.onnx$"));
    }

    [Test]
    public async Task The_next_load_uses_the_cached_graph()
    {
        await PredictAsync();
        Replace(Plus(100));

        Assert.That(await PredictAsync(), Is.EqualTo(101));
    }

    [Test]
    public async Task Another_model_or_level_does_not_use_it()
    {
        await PredictAsync();
        Replace(Plus(100));

        Assert.That(await PredictAsync(new OnnxModelOptions { CacheOptimizedGraph = true, GraphOptimization = OnnxGraphOptimization.Basic }), Is.EqualTo(2));
        await WriteAsync("model.onnx", Plus(2));
        Assert.That(await PredictAsync(), Is.EqualTo(3));
        Assert.That(Kept, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task A_damaged_file_is_replaced()
    {
        await PredictAsync();
        var intact = await File.ReadAllBytesAsync(Kept.Single());
        await File.WriteAllBytesAsync(Kept.Single(), [.. intact[..^1], (byte)~intact[^1]]);

        Assert.That(await PredictAsync(), Is.EqualTo(2));
        Assert.That(await File.ReadAllBytesAsync(Kept.Single()), Is.EqualTo(intact));
    }

    [Test]
    public async Task A_file_that_the_runtime_refuses_is_discarded()
    {
        await PredictAsync();
        Replace([1, 2, 3]);

        Assert.That(await PredictAsync(), Is.EqualTo(2));
        Assert.That(Kept, Is.Empty);
    }

    [Test]
    public async Task A_folder_that_cannot_be_written_does_not_fail_the_load()
    {
        await File.WriteAllTextAsync(WorkFolder, "a file");

        Assert.That(await PredictAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_model_that_cannot_be_loaded_fails_as_without_a_cache()
    {
        await WriteAsync("model.onnx", [1, 2, 3]);

        var refused = await Assert.ThrowsAsync<ModelFormatException>(() => PredictAsync());

        Assert.That(refused!.Message, Does.Contain("not an ONNX model"));
        Assert.That(Kept, Is.Empty);
    }

    [Test]
    public async Task External_data_is_found_from_the_cached_graph()
    {
        var weight = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(weight, 10);
        await WriteAsync("weights.bin", weight);
        await WriteAsync("model.onnx",
            Model([Node("Add", ["x", "w"], ["y"])], [Tensor("x", TensorElementType.Float, -1)], [Tensor("y", TensorElementType.Float, -1)],
                initializers: [ExternalInitializer("w", "weights.bin", 1)]));

        Assert.That((await PredictAsync(), await PredictAsync()), Is.EqualTo((11f, 11f)));
        Assert.That(Kept, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Code_changes_the_options_of_a_session_after_the_settings()
    {
        var seen = new List<(string Model, int Threads)>();

        await PredictAsync(new OnnxModelOptions
        {
            IntraOpThreads = 2,
            ConfigureSession = (source, session) => seen.Add((source.Model, session.IntraOpNumThreads)),
        });

        Assert.That(seen, Is.EqualTo(new[] { ("test", 2) }));
    }

    private static byte[] Plus(float number) => Model(
        [Node("Add", ["x", "w"], ["y"])], [Tensor("x", TensorElementType.Float, -1)], [Tensor("y", TensorElementType.Float, -1)],
            initializers: [Initializer("w", [number], 1)]);

    private Task WriteAsync(string name, byte[] content) => File.WriteAllBytesAsync(Path.Combine(_folder, "version", name), content);

    /// <summary>Replaces the cached graph by another one with a valid name.</summary>
    private void Replace(byte[] graph)
    {
        var kept = Kept.Single();
        File.Delete(kept);
        File.WriteAllBytes($"{kept[..^("0123456789abcdef.onnx".Length)]}{Convert.ToHexStringLower(SHA256.HashData(graph))[..16]}.onnx", graph);
    }

    private async Task<float> PredictAsync(OnnxModelOptions? options = null)
    {
        var loader = new OnnxModelLoader(options ?? new OnnxModelOptions { CacheOptimizedGraph = true });
        var source = new ModelSource { Model = "test", Version = 3, Folder = Path.Combine(_folder, "version"), WorkFolder = WorkFolder };
        using var model = await loader.LoadAsync(source);
        return model.Predict(new Dictionary<string, ModelTensor> { ["x"] = new(new float[] { 1 }, [1]) })["y"].AsSpan<float>()[0];
    }
}
