using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The reference models, registered, promoted and served as an application serves them.</summary>
public sealed class ServedOnnxModelTests
{
    private const double Tolerance = 1e-5;
    private static readonly ReferenceModel[] s_models = [ReferenceModel.Iris, ReferenceModel.BreastCancer];
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-served-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [TestCaseSource(nameof(s_models))]
    public async Task Every_row_gets_the_prediction_of_scikit_learn(object reference)
    {
        var expected = (ReferenceModel)reference;
        await using var services = CreateServices();
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("reference", new ModelRegistration { Format = "onnx", Files = [expected.File] });
        await registry.SetAliasAsync("reference", "production", 1);
        var model = services.GetRequiredService<IModel<Row, Answer>>();
        await model.ReloadAsync();

        var answers = model.Predict<Row, Answer>([.. expected.Rows.Select(static row => new Row { Features = row })]);

        Assert.That(answers.Select(static answer => answer.Output.Label), Is.EqualTo(expected.Labels));
        Assert.That(answers.Select(static answer => answer.Output.Probabilities), Is.EqualTo(expected.Probabilities).Within(Tolerance));
        for (var row = 0; row < expected.Rows.Length; row++)
        {
            Assert.That(
                model.Predict(new Row { Features = expected.Rows[row] }).Output.Probabilities,
                Is.EqualTo(expected.Probabilities[row]).Within(Tolerance));
        }
    }

    [Test]
    public async Task Promoting_a_truncated_file_keeps_the_active_version()
    {
        await using var services = CreateServices();
        var registry = services.GetRequiredService<IModelRegistry>();
        var file = Path.Combine(_folder.FullName, "model.onnx");
        File.Copy(ReferenceModel.Iris.File, file);
        await registry.RegisterAsync("reference", new ModelRegistration { Format = "onnx", Files = [file] });
        await registry.SetAliasAsync("reference", "production", 1);
        var model = services.GetRequiredService<IModel<Row, Answer>>();
        await model.ReloadAsync();
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file))[..200]);
        await registry.RegisterAsync("reference", new ModelRegistration { Format = "onnx", Files = [file] });
        await registry.SetAliasAsync("reference", "production", 2);

        var exception = await Assert.ThrowsAsync<ModelFormatException>(() => model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("version 2 of the model 'reference'"));
        Assert.That(model.Predict(new Row { Features = ReferenceModel.Iris.Rows[0] }).Version.Number, Is.EqualTo(1));
    }

    [Test]
    public async Task The_optimized_graph_of_a_model_is_saved_if_its_settings_require_it()
    {
        await using var services = CreateServices(("MlOps:Models:reference:Onnx:CacheOptimizedGraph", "true"));
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("reference", new ModelRegistration { Format = "onnx", Files = [ReferenceModel.Iris.File] });
        await registry.SetAliasAsync("reference", "production", 1);
        var model = services.GetRequiredService<IModel<Row, Answer>>();

        await model.ReloadAsync();

        Assert.That(Directory.GetFiles(_folder.FullName, "*.ort-*.onnx", SearchOption.AllDirectories), Has.Length.EqualTo(1));
        Assert.That(model.Predict(new Row { Features = ReferenceModel.Iris.Rows[0] }).Output.Label, Is.EqualTo(ReferenceModel.Iris.Labels[0]));
    }

    [Test]
    public async Task A_file_is_served_without_a_registry()
    {
        await using var services = CreateServices(("MlOps:Models:reference:File", ReferenceModel.Iris.File));
        var model = services.GetRequiredService<IModel<Row, Answer>>();

        await model.ReloadAsync();

        var answer = model.Predict(new Row { Features = ReferenceModel.Iris.Rows[0] });
        Assert.That(answer.Output.Label, Is.EqualTo(ReferenceModel.Iris.Labels[0]));
        Assert.That((answer.Version.Number, answer.Version.Metadata.Format), Is.EqualTo((1, "onnx")));
    }

    private ServiceProvider CreateServices(params (string Key, string Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Memory",
            ["MlOps:Serving:CacheFolder"] = Path.Combine(_folder.FullName, "cache"),
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddOnnxModels().AddModel<Row, Answer>("reference").Services.BuildServiceProvider();
    }

    private sealed class Row
    {
        public required float[] Features { get; init; }
    }

    private sealed class Answer
    {
        public long Label { get; set; }

        public float[] Probabilities { get; set; } = [];
    }
}
