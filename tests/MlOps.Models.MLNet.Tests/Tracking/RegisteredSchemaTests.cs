using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Validation;

namespace MlOps.Tracking;

/// <summary>The input schema that is registered with a model, and the rows that a served model accepts because of it.</summary>
public sealed class RegisteredSchemaTests
{
    private const string Name = "mixed";
    private readonly MLContext _context = new(seed: 1);

    [Test]
    public async Task Training_rows_with_missing_values_are_never_rejected()
    {
        var rows = Enumerable.Range(0, 40).Select(CreateRow).ToArray();
        await using var tracked = await ServeAsync<Row>(_context.Data.LoadFromEnumerable(rows));
        var model = tracked.Get<IModel<Row, Answer>>();

        var answers = rows.Select(row => model.Predict(row)).ToArray();

        Assert.That(answers.SelectMany(static answer => answer.Violations), Is.Empty);
        Assert.That(answers.Select(static answer => answer.Output.SizeOut), Is.EqualTo(rows.Select(static row => row.Size)));
        Assert.That(answers.Select(static answer => answer.Output.ColourOut), Is.EqualTo(rows.Select(static row => row.Colour ?? "")));
        Assert.That(answers.Select(static answer => answer.Output.ScoresOut), Is.EqualTo(rows.Select(static row => row.Scores)));
        Assert.That(answers.Select(static answer => answer.Output.HistoryOut), Is.EqualTo(rows.Select(static row => row.History ?? [])));
    }

    [Test]
    public async Task Null_is_accepted_where_training_data_has_missing_values()
    {
        await using var tracked = await ServeAsync<NullableRow>(_context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(CreateRow)));
        var model = tracked.Get<IModel<NullableRow, Answer>>();

        var answer = model.Predict(new NullableRow { Count = 3, Kind = null, First = null, Second = 1, History = null });

        var output = answer.Output;
        Assert.That((output.SizeOut, output.ColourOut, output.KindOut, output.ScoresOut[0]), Is.EqualTo((float.NaN, "", 0u, float.NaN)));
        Assert.That(output.HistoryOut, Is.Empty);
    }

    [Test]
    public async Task Values_unlike_the_training_data_are_rejected()
    {
        var complete = Enumerable.Range(1, 40).Select(CreateRow).Where(static row => !float.IsNaN(row.Size));
        await using var tracked = await ServeAsync<Row>(_context.Data.LoadFromEnumerable(complete));
        var row = CreateRow(1);
        row.Size = float.NaN;
        row.Count = 1000;
        row.Colour = "purple";

        var refused = Assert.Throws<InvalidInputException>(() => tracked.Get<IModel<Row, Answer>>().Predict(row))!;

        Assert.That(refused.Violations.Select(static violation => (violation.Feature, violation.Rule)), Is.EquivalentTo(
            new[] { ("Size", InputRule.NaN), ("Count", InputRule.Maximum), ("Colour", InputRule.Category) }));
    }

    [Test]
    public async Task The_schema_has_the_inputs_of_the_model_and_no_other_column_of_the_data()
    {
        var schema = (await DescribeAsync(new MLNetRegistration())).InputSchema!;

        Assert.That(schema.Features.Select(static feature => feature.Name), Is.EquivalentTo(new[] { "Size", "Count", "Colour", "Kind", "Scores", "History" }));
    }

    [Test]
    public async Task Options_of_the_inference_apply()
    {
        var schema = (
            await DescribeAsync(new MLNetRegistration { SchemaInference = new SchemaInferenceOptions { Slack = 0.5, MaxCategories = 0 } })).InputSchema!;

        Assert.That(schema.Features.Single(static feature => feature.Name == "Count").Slack, Is.EqualTo(0.5));
        Assert.That(schema.Features.Single(static feature => feature.Name == "Colour").Categories, Is.Null);
    }

    [Test]
    public async Task A_schema_of_the_caller_is_registered_unchanged()
    {
        var own = new InputSchema([new FeatureSchema { Name = "Count", Type = FeatureType.Int32, Minimum = 3 }]);

        Assert.That((await DescribeAsync(new MLNetRegistration { InputSchema = own })).InputSchema, Is.SameAs(own));
    }

    [Test]
    public async Task Without_inference_no_schema_is_registered() =>
        Assert.That((await DescribeAsync(new MLNetRegistration { InferInputSchema = false })).InputSchema, Is.Null);

    [Test]
    public async Task Data_without_an_input_of_the_model_is_rejected()
    {
        var other = _context.Data.LoadFromEnumerable([new Other()]);

        await Assert.ThatAsync(() => DescribeAsync(new MLNetRegistration(), other), Throws.ArgumentException.With.Message.Contains("no column 'Size'"));
    }

    [Test]
    public async Task Cancellation_ends_the_inference()
    {
        using var cancellation = new CancellationTokenSource();
        var rows = _context.Data.LoadFromEnumerable(CancelAfterFirst());

        await Assert.ThatAsync(() => DescribeAsync(new MLNetRegistration(), rows, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());

        IEnumerable<Row> CancelAfterFirst()
        {
            yield return CreateRow(1);
            cancellation.Cancel();
            for (var index = 2; ; index++)
            {
                yield return CreateRow(index);
            }
        }
    }

    /// <summary>Creates a row: some have missing values, infinities, keys that are not known, and vectors without values.</summary>
    private static Row CreateRow(int index) => new()
    {
        Size = index % 5 == 0 ? float.NaN : index % 7 == 0 ? float.PositiveInfinity : index,
        Count = index % 10,
        Colour = index % 4 == 0 ? null : index % 3 == 0 ? "" : "red",
        Kind = (uint)(index % 6),
        Scores = [index % 9 == 0 ? float.NaN : index, -index],
        History = index % 8 == 0 ? null : new float[index % 3],
        Label = index,
    };

    private TransformerChain<ColumnCopyingTransformer> Fit(IDataView data) => _context.Transforms.CopyColumns("SizeOut", "Size")
        .Append(_context.Transforms.CopyColumns("CountOut", "Count"))
        .Append(_context.Transforms.CopyColumns("ColourOut", "Colour"))
        .Append(_context.Transforms.CopyColumns("KindOut", "Kind"))
        .Append(_context.Transforms.CopyColumns("ScoresOut", "Scores"))
        .Append(_context.Transforms.CopyColumns("HistoryOut", "History"))
        .Fit(data);

    private async Task<TrackedRun> ServeAsync<TRow>(IDataView data)
        where TRow : class
    {
        var tracked = await TrackedRun.StartAsync(
            static services => services.AddMlOps(static options => { }).AddModel<TRow, Answer>(Name, static options => { }));
        await tracked.Run.RegisterMLNetModelAsync(Name, Fit(data), data);
        await tracked.Get<IModelRegistry>().SetAliasAsync(Name, "production", 1);
        await tracked.Get<IModel<TRow, Answer>>().ReloadAsync();
        return tracked;
    }

    private async Task<ModelRegistration> DescribeAsync(MLNetRegistration registration, IDataView? data = null, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-schema-");
        try
        {
            var training = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(CreateRow));
            var file = Path.Combine(folder.FullName, "model.zip");
            _context.Model.Save(Fit(training), training.Schema, file);
            return await registration.DescribeAsync(file, data ?? training, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Row
    {
        public float Size { get; set; }

        public int Count { get; set; }

        public string? Colour { get; set; }

        [KeyType(4)]
        public uint Kind { get; set; }

        [VectorType(2)]
        public float[] Scores { get; set; } = [];

        public float[]? History { get; set; }

        public float Label { get; set; }
    }

    private sealed class NullableRow
    {
        public float? Size { get; init; }

        public int Count { get; init; }

        public string? Colour { get; init; }

        public uint? Kind { get; init; }

        [Feature("Scores", Index = 0)]
        public float? First { get; init; }

        [Feature("Scores", Index = 1)]
        public float? Second { get; init; }

        public float[]? History { get; init; }
    }

    private sealed class Other
    {
        public float Length { get; set; }
    }

    private sealed class Answer
    {
        public float SizeOut { get; set; }

        public int CountOut { get; set; }

        public string ColourOut { get; set; } = "";

        public uint KindOut { get; set; }

        public float[] ScoresOut { get; set; } = [];

        public float[] HistoryOut { get; set; } = [];
    }
}
