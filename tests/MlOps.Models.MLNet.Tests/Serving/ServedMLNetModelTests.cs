using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Serving;

/// <summary>The reference model of irises in ML.NET's form, registered, promoted and served as an application serves it.</summary>
public sealed class ServedMLNetModelTests
{
    private const double Tolerance = 1e-5;
    private DirectoryInfo _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("mlops-served-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task Every_row_gets_the_prediction_of_scikit_learn()
    {
        using var expected = JsonDocument.Parse(await File.ReadAllBytesAsync(IrisModel.PathTo("iris_logreg.expected.json")));
        var inputs = expected.RootElement.GetProperty("inputs").Deserialize<float[][]>()!;
        var probabilities = expected.RootElement.GetProperty("expected").GetProperty("probabilities").Deserialize<double[][]>()!;
        var labels = expected.RootElement.GetProperty("expected").GetProperty("label").Deserialize<int[]>()!;
        await using var services = await ServeAsync<Iris>();
        var model = services.GetRequiredService<IModel<Iris, Species>>();
        await model.ReloadAsync();

        var answers = model.Predict<Iris, Species>([.. inputs.Select(static row => new Iris { Features = row })]);

        Assert.That(answers.Select(static answer => answer.Output.Label), Is.EqualTo(labels));
        Assert.That(answers.Select(static answer => answer.Output.Probabilities), Is.EqualTo(probabilities).Within(Tolerance));
        Assert.That(model.Predict(new Iris { Features = inputs[0] }).Output.Probabilities, Is.EqualTo(probabilities[0]).Within(Tolerance));
    }

    [Test]
    public async Task Row_type_written_for_MLNet_is_validated_by_its_columns_names()
    {
        await using var services = await ServeAsync<IrisOfMLNet>();
        var model = services.GetRequiredService<IModel<IrisOfMLNet, Species>>();
        await model.ReloadAsync();

        Assert.That(model.Predict(new IrisOfMLNet { Measures = [5.1f, 3.5f, 1.4f, 0.2f] }).Output.Label, Is.Zero);
        var refused = Assert.Throws<InvalidInputException>(() => model.Predict(new IrisOfMLNet { Measures = [5.1f, float.NaN, 1.4f, 0.2f] }))!;

        Assert.That(refused.Violations.Single().Feature, Is.EqualTo("features"));
    }

    [Test]
    public async Task Model_of_single_values_is_proven_and_served_by_named_tensors()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable([new Pair { A = 1, B = 2 }]);
        var file = Path.Combine(_folder.FullName, "pair.zip");
        context.Model.Save(context.Transforms.Concatenate("Both", "A", "B").Fit(data), data.Schema, file);
        await using var services = CreateServices(static builder => builder.AddModel("pair"));
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("pair", new ModelRegistration { Format = "mlnet", Files = [file] });
        await registry.SetAliasAsync("pair", "production", 1);
        var model = services.GetRequiredKeyedService<IModel>("pair");
        await model.ReloadAsync();

        var one = model.Predict(new Dictionary<string, ModelTensor> { ["A"] = new(new[] { 3f }, []), ["B"] = new(new[] { 4f }, []) });
        var two = model.Predict(new Dictionary<string, ModelTensor> { ["A"] = new(new[] { 3f, 5f }, [2]), ["B"] = new(new[] { 4f, 6f }, [2]) });

        Assert.That(one.Output["Both"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 3f, 4f }));
        Assert.That(two.Output["Both"].AsSpan<float>().ToArray(), Is.EqualTo(new[] { 3f, 4f, 5f, 6f }));
    }

    private ServiceProvider CreateServices(Action<MlOpsBuilder> build)
    {
        var settings = new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Memory",
            ["MlOps:Serving:CacheFolder"] = Path.Combine(_folder.FullName, "cache"),
        };
        var builder = new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddMLNetModels();
        build(builder);
        return builder.Services.BuildServiceProvider();
    }

    private async Task<ServiceProvider> ServeAsync<TRow>()
        where TRow : class
    {
        var file = Path.Combine(_folder.FullName, "model.zip");
        await File.WriteAllBytesAsync(file, IrisModel.ToZip());
        var services = CreateServices(static builder => builder.AddModel<TRow, Species>("iris"));
        var registry = services.GetRequiredService<IModelRegistry>();
        await registry.RegisterAsync("iris", new ModelRegistration { Format = "mlnet", Files = [file] });
        await registry.SetAliasAsync("iris", "production", 1);
        return services;
    }

    private sealed class IrisOfMLNet
    {
        /// <summary>Gets a value that is not mapped, although it has the name of the column. It is null, which validation would reject.</summary>
        [NoColumn]
        public float[]? Features { get; init; }

        [ColumnName("features")]
        public float[] Measures { get; init; } = [];
    }

    private sealed class Pair
    {
        public float A { get; set; }

        public float B { get; set; }
    }

    private sealed class Iris
    {
        public float[] Features { get; init; } = [];
    }

    private sealed class Species
    {
        public int Label { get; set; }

        public float[] Probabilities { get; set; } = [];
    }
}
