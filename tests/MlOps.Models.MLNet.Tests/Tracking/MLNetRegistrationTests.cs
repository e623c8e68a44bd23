using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Validation;

namespace MlOps.Tracking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class MLNetRegistrationTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlops-registration-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task Registration_includes_signature_schema_metrics_and_parameters()
    {
        await using var tracked = await TrackedRun.StartAsync();
        await tracked.Run.LogParameterAsync("trees", 10);
        tracked.Run.LogMetric("auc", 0.9);
        var tumours = RealData.LoadTumours(_context);

        var version = await tracked.Run.RegisterMLNetModelAsync(
            "tumours",
            Fit(tumours),
            tumours,
            new MLNetRegistration { Description = "Benign or not", IntendedUse = "Tests", Tags = new Dictionary<string, string> { ["stage"] = "draft" } });

        Assert.That(version.Format, Is.EqualTo("mlnet"));
        Assert.That(version.Lineage.RunId, Is.EqualTo(tracked.Run.Info.Id));
        Assert.That(version.Parameters["trees"], Is.EqualTo("10"));
        Assert.That(version.Signature!.Inputs.Select(static input => input.Name), Is.EqualTo(new[] { "Features" }));
        Assert.That(version.Signature.Outputs.Select(static output => output.Name), Is.EquivalentTo(new[] { "PredictedLabel", "Score", "Probability" }));
        Assert.That(version.ExampleCount, Is.EqualTo(3));
        Assert.That((version.Description, version.IntendedUse, version.Tags["stage"]), Is.EqualTo(("Benign or not", "Tests", "draft")));
    }

    [Test]
    public async Task Its_golden_examples_pass_when_it_is_served()
    {
        await using var tracked = await TrackedRun
            .StartAsync(services => services.AddMlOps(options => { }).AddModel<Features, Answer>("tumours", options => { }));
        var tumours = RealData.LoadTumours(_context);
        var transformer = Fit(tumours);
        await tracked.Run.RegisterMLNetModelAsync("tumours", transformer, tumours);
        await tracked.Get<IModelRegistry>().SetAliasAsync("tumours", "production", 1);

        var model = tracked.Get<IModel<Features, Answer>>();
        await model.ReloadAsync();

        var first = _context.Data.CreateEnumerable<RealData.Tumour>(tumours, reuseRowObject: false).First();
        var answers = _context.Data.CreateEnumerable<Answer>(transformer.Transform(tumours), reuseRowObject: false, ignoreMissingColumns: true);
        Assert.That(model.Predict(new Features(first.Features)).Output.Probability, Is.EqualTo(answers.First().Probability).Within(1e-6));
    }

    [Test]
    public async Task Examples_are_the_first_rows_with_their_predictions()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var tumours = RealData.LoadTumours(_context);
        await tracked.Run.RegisterMLNetModelAsync("tumours", Fit(tumours), tumours, new MLNetRegistration { ExampleCount = 2 });
        var registry = tracked.Get<IModelRegistry>();

        var version = (await registry.FindAsync("tumours"))!.Versions.Single();
        var examples = (await registry.OpenAsync(version)).Examples;

        var first = _context.Data.CreateEnumerable<RealData.Tumour>(tumours, reuseRowObject: false).First();
        Assert.That(examples, Has.Count.EqualTo(2));
        Assert.That(examples[0].Inputs["Features"]![0]!.AsArray().Select(static value => (float)value!), Is.EqualTo(first.Features));
        Assert.That((float)examples[0].Outputs["Probability"]![0]!, Is.InRange(0, 1));
    }

    [Test]
    public async Task Texts_and_missing_numbers_are_examples_too()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var rows = CreateMixed();

        var version = await tracked.Run.RegisterMLNetModelAsync("mixed", FitMixed(rows), rows);

        var examples = (await tracked.Get<IModelRegistry>().OpenAsync(version)).Examples;
        Assert.That((string?)examples[0].Inputs["Colour"]![0], Is.EqualTo("red"));
        Assert.That((string?)examples[0].Inputs["Size"]![0], Is.EqualTo("NaN"));
        Assert.That((float)examples[1].Inputs["Size"]![0]!, Is.EqualTo(1));
        Assert.That(examples[0].Inputs.ContainsKey("Label"), Is.False);
    }

    [Test]
    public async Task Examples_are_rows_that_the_schema_of_the_caller_accepts()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var rows = CreateMixed();
        var schema = new InputSchema([new FeatureSchema { Name = "Size", Type = FeatureType.Float32, Minimum = 7 }]);

        var version = await tracked.Run.RegisterMLNetModelAsync("mixed", FitMixed(rows), rows, new MLNetRegistration { InputSchema = schema });

        var examples = (await tracked.Get<IModelRegistry>().OpenAsync(version)).Examples;
        Assert.That(examples.Select(static example => (float)example.Inputs["Size"]![0]!), Is.EqualTo(new[] { 7f, 8, 9 }));
    }

    [Test]
    public async Task Examples_without_a_schema_are_rows_that_the_signature_accepts()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var rows = CreateMixed();

        var version = await tracked.Run.RegisterMLNetModelAsync(
            "mixed", FitMixed(rows), rows, new MLNetRegistration { InferInputSchema = false, ExampleCount = 1 });

        var examples = (await tracked.Get<IModelRegistry>().OpenAsync(version)).Examples;
        Assert.That((float)examples.Single().Inputs["Size"]![0]!, Is.EqualTo(1), "the first row has NaN, which the signature refuses");
    }

    [Test]
    public async Task A_schema_that_rejects_all_rows_is_rejected()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var rows = CreateMixed();
        var schema = new InputSchema([new FeatureSchema { Name = "Size", Type = FeatureType.Float32, Minimum = 100 }]);

        await Assert.ThatAsync(
            () => tracked.Run.RegisterMLNetModelAsync("mixed", FitMixed(rows), rows, new MLNetRegistration { InputSchema = schema }),
            Throws.ArgumentException.With.Message.Contains("rejects every row of the data. The first violation is: Size"));
    }

    [Test]
    public async Task A_pipeline_that_cannot_be_loaded_is_rejected_with_the_reason()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var transformer = _context.Transforms.CustomMapping<Answer, Answer>(static (_, _) => { }, contractName: "nobody's")
            .Fit(_context.Data.LoadFromEnumerable([new Answer()]));

        await Assert.ThatAsync(
            () => tracked.Run.RegisterMLNetModelAsync("tumours", transformer, _context.Data.LoadFromEnumerable([new Answer()])),
            Throws.InstanceOf<ModelFormatException>());

        Assert.That(await tracked.Get<IModelRegistry>().FindAsync("tumours"), Is.Null);
    }

    private IDataView CreateMixed() => _context.Data.LoadFromEnumerable(
        Enumerable.Range(0, 20)
            .Select(static index => new Mixed { Colour = index % 2 == 0 ? "red" : "blue", Size = index == 0 ? float.NaN : index, Label = index }).ToArray());

    private TransformerChain<ITransformer> FitMixed(IDataView rows) => new(_context.Transforms.ReplaceMissingValues("Whole", "Size")
        .Append(_context.Transforms.Categorical.OneHotEncoding("Colours", "Colour"))
        .Append(_context.Transforms.Concatenate("Features", "Whole", "Colours"))
        .Append(_context.Regression.Trainers.Sdca(maximumNumberOfIterations: 3)).Fit(rows));

    private TransformerChain<ITransformer> Fit(IDataView tumours) => new(_context.BinaryClassification.Trainers.FastTree(numberOfTrees: 10).Fit(tumours));

    private sealed record Features([property: Feature("Features")] float[] Values);

    private sealed class Answer
    {
        public float Probability { get; set; }
    }

    private sealed class Mixed
    {
        public string Colour { get; init; } = "";

        public float Size { get; init; }

        public float Label { get; init; }
    }
}
