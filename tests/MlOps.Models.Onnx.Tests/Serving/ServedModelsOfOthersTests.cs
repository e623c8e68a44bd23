using System.Collections.Frozen;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML.OnnxRuntime;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Tests.Backends;

namespace MlOps.Serving;

/// <summary>
/// Third-party models without rows, served by types. Each prediction equals that of ONNX Runtime without this library.
/// </summary>
[RequiresServer("models")]
public sealed class ServedModelsOfOthersTests
{
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-served-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    /// <summary>Passes the state of the voice detection from call to call, as for an audio stream.</summary>
    [Test]
    public async Task Silero_voice_detection_with_a_state_and_a_scalar()
    {
        await using var raw = await RawModel.OpenAsync("silero_vad_v5.onnx");
        await using var services = await ServeAsync<Voice, VoiceActivity>("silero_vad_v5.onnx");
        var model = services.GetRequiredService<IModel<Voice, VoiceActivity>>();
        float[] served = new float[2 * 128], expected = new float[2 * 128];
        foreach (var sound in Enumerable.Range(0, 5).Select(static frame => Noise(512, frame)))
        {
            var answer = model.Predict(new Voice { Input = sound, State = served, Sr = 16_000 }).Output;
            var outputs = raw.Run(("input", sound, [1, 512]), ("state", expected, [2, 1, 128]), ("sr", new long[] { 16_000 }, []));

            Assert.That(answer.Output, Is.EqualTo(outputs["output"].Values[0]));
            Assert.That(answer.State, Is.EqualTo(outputs["stateN"].Values));
            (served, expected) = (answer.State, outputs["stateN"].Values);
        }
    }

    [Test]
    public async Task Silero_voice_detection_of_the_earlier_version_with_two_states()
    {
        await using var raw = await RawModel.OpenAsync("silero_vad_legacy.onnx");
        await using var services = await ServeAsync<LegacyVoice, LegacyVoiceActivity>("silero_vad_legacy.onnx");
        var sound = Noise(1_536, seed: 1);
        var (h, c) = (Noise(128, seed: 2), Noise(128, seed: 3));

        var answer = services.GetRequiredService<IModel<LegacyVoice, LegacyVoiceActivity>>()
            .Predict(new LegacyVoice { Input = sound, Sr = 16_000, H = new ModelTensor(h, [2, 1, 64]), C = new ModelTensor(c, [2, 1, 64]) }).Output;

        var outputs = raw.Run(("input", sound, [1, 1_536]), ("sr", new long[] { 16_000 }, []), ("h", h, [2, 1, 64]), ("c", c, [2, 1, 64]));
        Assert.That(answer.Output, Is.EqualTo(outputs["output"].Values[0]));
        Assert.That((answer.Hn!.Values, answer.Hn.Shape), Is.EqualTo((outputs["hn"].Values, new long[] { 2, 1, 64 })));
        Assert.That(answer.Cn!.Values, Is.EqualTo(outputs["cn"].Values));
    }

    [Test]
    public async Task PP_OCR_detection_of_images_of_any_size()
    {
        await using var raw = await RawModel.OpenAsync("ch_PP-OCRv4_det_infer.onnx");
        await using var services = await ServeAsync<AnyImage, Heat>("ch_PP-OCRv4_det_infer.onnx");
        var model = services.GetRequiredService<IModel<AnyImage, Heat>>();
        foreach (var (height, width) in new[] { (64, 96), (96, 64) })
        {
            var pixels = Noise(3 * height * width, seed: height);

            var answer = model.Predict(new AnyImage { X = new ModelTensor(pixels, [1, 3, height, width]) }).Output.Map!;

            Assert.That(answer.Shape, Is.EqualTo(new long[] { 1, 1, height, width }));
            Assert.That(answer.Values, Is.EqualTo(raw.Run(("x", pixels, [1, 3, height, width])).Single().Value.Values));
        }
    }

    [Test]
    public async Task PP_OCR_detection_of_a_batch_of_images_of_one_size()
    {
        await using var raw = await RawModel.OpenAsync("ch_PP-OCRv4_det_infer.onnx");
        await using var services = await ServeAsync<SmallImage, SmallHeat>("ch_PP-OCRv4_det_infer.onnx");
        float[] first = Noise(3 * 64 * 96, seed: 1), second = Noise(3 * 64 * 96, seed: 2);

        var answers = services.GetRequiredService<IModel<SmallImage, SmallHeat>>()
            .Predict<SmallImage, SmallHeat>([new SmallImage { X = first }, new SmallImage { X = second }]);

        var expected = raw.Run(("x", (float[])[.. first, .. second], [2, 3, 64, 96])).Single().Value.Values;
        Assert.That(answers.SelectMany(static answer => answer.Output.Map), Is.EqualTo(expected));
    }

    [Test]
    public async Task PP_OCR_recognition_of_lines_of_any_length()
    {
        await using var raw = await RawModel.OpenAsync("ch_PP-OCRv4_rec_infer.onnx");
        await using var services = await ServeAsync<TextLine, Letters>("ch_PP-OCRv4_rec_infer.onnx");
        var model = services.GetRequiredService<IModel<TextLine, Letters>>();
        foreach (var width in new[] { 64, 160 })
        {
            var pixels = Noise(3 * 48 * width, seed: width);

            var answer = model.Predict(new TextLine { X = pixels }).Output.Probabilities;

            Assert.That(answer, Is.EqualTo(raw.Run(("x", pixels, [1, 3, 48, width])).Single().Value.Values));
        }
    }

    /// <summary>Requires no type and no golden example. The test tensors of a version are created from its signature.</summary>
    [TestCase("silero_vad_v5.onnx", "input:1,512", "state:2,1,128", "sr:")]
    [TestCase("silero_vad_legacy.onnx", "input:1,1536", "sr:", "h:2,1,64", "c:2,1,64")]
    [TestCase("ch_PP-OCRv4_det_infer.onnx", "x:1,3,64,96")]
    [TestCase("ch_PP-OCRv4_rec_infer.onnx", "x:2,3,48,96")]
    public async Task All_models_predict_from_tensors(string file, params string[] shapes)
    {
        await using var raw = await RawModel.OpenAsync(file);
        await using var services = await ServeAsync(file, static builder => builder.AddModel("other"));
        var inputs = shapes.Select(static shape => shape.Split(':')).ToDictionary(
            static parts => parts[0],
            static parts => parts[1].Length == 0 ? new ModelTensor(new long[] { 16_000 }, []) : MakeNoise([.. parts[1].Split(',').Select(long.Parse)]));

        var outputs = services.GetRequiredService<IModel>().Predict(inputs).Output;

        var expected = raw.Run([.. inputs.Select(static input => (input.Key, input.Value.Values, (long[])[.. input.Value.Shape]))]);
        Assert.That(outputs.Keys, Is.EquivalentTo(expected.Keys));
        Assert.That(
            outputs.Select(static output => (output.Value.Values, output.Value.Shape)),
            Is.EqualTo(outputs.Keys.Select(name => (expected[name].Values, expected[name].Shape))));

        static ModelTensor MakeNoise(long[] shape) => new(Noise((int)shape.Aggregate(static (product, length) => product * length), seed: 1), shape);
    }

    private static float[] Noise(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private Task<ServiceProvider> ServeAsync<TInput, TOutput>(string file)
        where TInput : class
        where TOutput : class, new() => ServeAsync(file, static builder => builder.AddModel<TInput, TOutput>("other"));

    private async Task<ServiceProvider> ServeAsync(string file, Action<MlOpsBuilder> add)
    {
        var settings = new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Memory",
            ["MlOps:Serving:CacheFolder"] = Path.Combine(_folder.FullName, "cache"),
        };
        var builder = new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddOnnxModels();
        add(builder);
        var services = builder.Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("other", new ModelRegistration { Format = "onnx", Files = [Path.Combine(await DownloadedModels.RequireAsync(), file)] });
        await registry.SetAliasAsync("other", "production", 1);
        await services.GetRequiredService<IModel>().ReloadAsync();
        return services;
    }

    /// <summary>A session of ONNX Runtime as its documentation shows it, with one thread as here.</summary>
    private sealed class RawModel(InferenceSession session) : IAsyncDisposable
    {
        public static async Task<RawModel> OpenAsync(string file)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
            return new RawModel(new InferenceSession(Path.Combine(await DownloadedModels.RequireAsync(), file), options));
        }

        public FrozenDictionary<string, (float[] Values, long[] Shape)> Run(params (string Name, Array Values, long[] Shape)[] inputs)
        {
            using var runOptions = new RunOptions();
            var values = inputs.ToDictionary(
                static input => input.Name,
                static input => input.Values is long[] integers ? OrtValue.CreateTensorValueFromMemory(integers, input.Shape)
                    : OrtValue.CreateTensorValueFromMemory((float[])input.Values, input.Shape));
            using var outputs = session.Run(runOptions, values, session.OutputNames);
            foreach (var value in values.Values)
            {
                value.Dispose();
            }

            return session.OutputNames.Zip(outputs).ToFrozenDictionary(
                static pair => pair.First, static pair => (pair.Second.GetTensorDataAsSpan<float>().ToArray(), pair.Second.GetTensorTypeAndShape().Shape));
        }

        public ValueTask DisposeAsync()
        {
            session.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Voice
    {
        public required float[] Input { get; init; }

        public required float[] State { get; init; }

        public required long Sr { get; init; }
    }

    private sealed class VoiceActivity
    {
        public float Output { get; set; }

        [Feature("stateN")]
        public float[] State { get; set; } = [];
    }

    private sealed class LegacyVoice
    {
        public required float[] Input { get; init; }

        public required long Sr { get; init; }

        public required ModelTensor H { get; init; }

        public required ModelTensor C { get; init; }
    }

    private sealed class LegacyVoiceActivity
    {
        public float Output { get; set; }

        public ModelTensor? Hn { get; set; }

        public ModelTensor? Cn { get; set; }
    }

    private sealed class AnyImage
    {
        public required ModelTensor X { get; init; }
    }

    private sealed class Heat
    {
        [Feature("sigmoid_0.tmp_0")]
        public ModelTensor? Map { get; set; }
    }

    private sealed class SmallImage
    {
        [Feature(Shape = [3, 64, 96])]
        public required float[] X { get; init; }
    }

    private sealed class SmallHeat
    {
        [Feature("sigmoid_0.tmp_0")]
        public float[] Map { get; set; } = [];
    }

    private sealed class TextLine
    {
        public required float[] X { get; init; }
    }

    private sealed class Letters
    {
        [Feature("softmax_11.tmp_0")]
        public float[] Probabilities { get; set; } = [];
    }
}
