using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MlOps.Models;

namespace MlOps.DependencyInjection;

public sealed class OnnxModelsBuilderExtensionsTests
{
    [Test]
    public void One_loader_is_registered_however_often_it_is_added()
    {
        using var services = Build(static builder => builder.AddOnnxModels().AddOnnxModels());

        Assert.That(services.GetServices<IModelLoader>().Select(static loader => loader.Format), Is.EqualTo(new[] { "onnx" }));
    }

    [Test]
    public void Options_are_those_of_the_section_and_then_of_the_code()
    {
        using var services = Build(
            static builder => builder.AddOnnxModels(static options => options.DeviceId = 3),
            ("MlOps:Onnx:IntraOpThreads", "4"),
            ("MlOps:Onnx:GraphOptimization", "Basic"),
            ("MlOps:Onnx:ExecutionProvider", "Cuda"),
            ("MlOps:Onnx:FallBackToCpu", "true"),
            ("MlOps:Onnx:DeviceId", "1"));

        var options = services.GetRequiredService<IOptions<OnnxModelOptions>>().Value;

        Assert.That(
            (options.IntraOpThreads, options.InterOpThreads, options.GraphOptimization, options.ExecutionProvider, options.FallBackToCpu, options.DeviceId),
            Is.EqualTo((4, 1, OnnxGraphOptimization.Basic, OnnxExecutionProvider.Cuda, true, 3)));
    }

    [Test]
    public void Wrong_settings_stop_the_start_and_are_all_named()
    {
        using var services = Build(
            static builder => builder.AddOnnxModels(),
            ("MlOps:Onnx:IntraOpThreads", "-1"),
            ("MlOps:Onnx:InterOpThreads", "5000"),
            ("MlOps:Onnx:GraphOptimization", "17"),
            ("MlOps:Onnx:ExecutionProvider", "9"),
            ("MlOps:Onnx:DeviceId", "-2"));

        var wrong = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate())!;

        Assert.That(wrong.Failures.Select(static failure => failure.Split(' ')[0]), Is.EquivalentTo(new[]
        {
            "MlOps:Onnx:IntraOpThreads", "MlOps:Onnx:InterOpThreads", "MlOps:Onnx:GraphOptimization", "MlOps:Onnx:ExecutionProvider", "MlOps:Onnx:DeviceId",
        }));
    }

    [Test]
    public void Loader_without_a_container_rejects_invalid_options() =>
        Assert.That(() => new OnnxModelLoader(new OnnxModelOptions { DeviceId = -1 }), Throws.InstanceOf<OptionsValidationException>());

    [Test]
    public async Task A_served_model_has_settings_of_its_own_over_those_of_all_models()
    {
        var threads = new Dictionary<string, (int IntraOp, int InterOp)>();
        using var services = Build(
            builder => builder.AddOnnxModels(options => options.ConfigureSession = (source, session) =>
                threads[source.ServedAs ?? ""] = (session.IntraOpNumThreads, session.InterOpNumThreads)),
            ("MlOps:Onnx:IntraOpThreads", "2"),
            ("MlOps:Onnx:InterOpThreads", "3"),
            ("MlOps:Models:iris:Onnx:IntraOpThreads", "4"));
        var loader = services.GetRequiredService<IModelLoader>();
        var folder = Directory.CreateTempSubdirectory("mlops-onnx-");
        File.Copy(ReferenceModel.Iris.File, Path.Combine(folder.FullName, "model.onnx"));
        foreach (var name in new[] { null, "iris", "other" })
        {
            using var model = await loader.LoadAsync(new ModelSource { Model = "test", Version = 1, Folder = folder.FullName, ServedAs = name });
        }

        folder.Delete(recursive: true);

        Assert.That(threads, Is.EqualTo(new Dictionary<string, (int, int)> { [""] = (2, 3), ["iris"] = (4, 3), ["other"] = (2, 3) }));
    }

    [Test]
    public void Wrong_settings_of_a_served_model_stop_the_start_and_are_all_named()
    {
        using var services = Build(
            static builder => builder.AddOnnxModels().AddOnnxModels().AddModel<Row, Answer>("iris"),
            ("MlOps:Models:iris:Onnx:IntraOpThreads", "-1"),
            ("MlOps:Models:iris:Onnx:DeviceId", "first"),
            ("MlOps:Models:iris:Onnx:IntraOpThread", "1"),
            ("MlOps:Models:iris:Onnx:ConfigureSession", "x"));

        var wrong = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate())!;

        Assert.That(wrong.Failures.Select(static failure => failure.Split(' ')[0].Trim('\'')), Is.EquivalentTo(new[]
        {
            "MlOps:Models:iris:Onnx:IntraOpThreads", "MlOps:Models:iris:Onnx:DeviceId", "MlOps:Models:iris:Onnx:IntraOpThread",
            "MlOps:Models:iris:Onnx:ConfigureSession",
        }));
    }

    private static ServiceProvider Build(Action<MlOpsBuilder> add, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection();
        var pairs = settings.ToDictionary(static pair => pair.Key, static pair => (string?)pair.Value);
        add(services.AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build()));
        return services.BuildServiceProvider();
    }

    private sealed class Row
    {
        public float[] Features { get; init; } = [];
    }

    private sealed class Answer
    {
        public long Label { get; set; }
    }
}
