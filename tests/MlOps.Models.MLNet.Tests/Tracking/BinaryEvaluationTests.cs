using System.Xml.Linq;
using Microsoft.ML;

namespace MlOps.Tracking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class BinaryEvaluationTests
{
    private static readonly ScoredRow[] s_few =
    [
        new() { Label = true, Score = 0.4375f, Probability = 0.875f, PredictedLabel = true },
        new() { Label = true, Score = 0.3125f, Probability = 0.75f, PredictedLabel = true },
        new() { Label = false, Score = 0.1875f, Probability = 0.625f, PredictedLabel = true },
        new() { Label = true, Score = 0.0625f, Probability = 0.5f, PredictedLabel = true },
        new() { Label = false, Score = -0.0625f, Probability = 0.375f, PredictedLabel = false },
        new() { Label = false, Score = -0.1875f, Probability = 0.25f, PredictedLabel = false },
    ];

    private readonly MLContext _context = new(seed: 1);

    [Test]
    public async Task Curves_have_the_manually_computed_values()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Data.LoadFromEnumerable(s_few);

        await tracked.Run.LogEvaluationAsync(_context.BinaryClassification.Evaluate(scored), scored);

        Assert.That(await tracked.ReadNumbersAsync("evaluation/roc.csv"), Is.EqualTo(new[]
        {
            [double.PositiveInfinity, 0, 0, 0, 0], [0.3125, 0, 2 / 3.0, 0, 2], [0.1875, 1 / 3.0, 2 / 3.0, 1, 2], [0.0625, 1 / 3.0, 1, 1, 3],
            new[] { -0.1875, 1, 1, 3, 3 },
        }));
        Assert.That(await tracked.ReadNumbersAsync("evaluation/precision_recall.csv"), Is.EqualTo(new[]
        {
            [0.4375, 1 / 3.0, 1], [0.3125, 2 / 3.0, 1], [0.1875, 2 / 3.0, 2 / 3.0], [0.0625, 1, 0.75], new[] { -0.1875, 1, 0.5 },
        }));
        Assert.That(await tracked.ReadNumbersAsync("evaluation/calibration.csv"), Is.EqualTo(new[]
        {
            [0.2, 0.3, 1, 0.25, 0], [0.3, 0.4, 1, 0.375, 0], [0.5, 0.6, 1, 0.5, 1], [0.6, 0.7, 1, 0.625, 0], [0.7, 0.8, 1, 0.75, 1],
            new[] { 0.8, 0.9, 1, 0.875, 1 },
        }));
    }

    [Test]
    public async Task The_numbers_are_metrics_and_the_matrix_is_that_of_the_library()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Data.LoadFromEnumerable(s_few);
        var evaluation = _context.BinaryClassification.Evaluate(scored);

        await tracked.Run.LogEvaluationAsync(evaluation, scored, new EvaluationOptions { Prefix = "test/", Step = 7 });
        var metrics = await tracked.EndAsync();

        Assert.That(metrics["test/auc"], Is.EqualTo(8 / 9.0).Within(1e-9));
        Assert.That(metrics["test/precision"], Is.EqualTo(0.75).Within(1e-9));
        Assert.That(metrics["test/recall"], Is.EqualTo(1));
        Assert.That(metrics["test/log_loss"], Is.EqualTo(evaluation.LogLoss));
        Assert.That(metrics.Keys, Is.EquivalentTo(new[]
        {
            "accuracy", "auc", "auprc", "entropy", "f1", "log_loss", "log_loss_reduction", "negative_precision", "negative_recall", "precision", "recall",
        }.Select(static name => "test/" + name)));
        Assert.That((await tracked.ReadMetricAsync("test/auc")).Single().Step, Is.EqualTo(7));
        Assert.That(
            await tracked.ReadAsync("evaluation/test/confusion_matrix.csv"),
            Is.EqualTo("actual,positive,negative\r\npositive,3,0\r\nnegative,1,2\r\n"));
    }

    [Test]
    public async Task Every_drawing_is_well_formed()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Data.LoadFromEnumerable(s_few);

        await tracked.Run.LogEvaluationAsync(_context.BinaryClassification.Evaluate(scored), scored);

        var drawings = (await tracked.ListAsync()).Where(static path => path.EndsWith(".svg", StringComparison.Ordinal)).ToArray();
        Assert.That(drawings.Select(Path.GetFileNameWithoutExtension), Is.EquivalentTo(new[] { "roc", "precision_recall", "calibration", "confusion_matrix" }));
        foreach (var drawing in drawings)
        {
            Assert.That(XDocument.Parse(await tracked.ReadAsync(drawing)).Root!.Name.LocalName, Is.EqualTo("svg"));
        }
    }

    [TestCase("tumours")]
    [TestCase("flights")]
    public async Task The_area_below_the_curve_is_that_of_the_library(string data)
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = data == "tumours" ? ScoreTumours() : ScoreFlights();
        var evaluation = _context.BinaryClassification.EvaluateNonCalibrated(scored);

        await tracked.Run.LogEvaluationAsync(evaluation, scored);

        var roc = await tracked.ReadNumbersAsync("evaluation/roc.csv");
        var area = roc.Zip(roc.Skip(1), static (from, to) => (to[1] - from[1]) * (from[2] + to[2]) / 2).Sum();
        Assert.That(area, Is.EqualTo(evaluation.AreaUnderRocCurve).Within(1e-6));
        Assert.That(roc[^1], Is.EqualTo(new[] { roc[^1][0], 1, 1, roc[^1][3], roc[^1][4] }));
    }

    [Test]
    public async Task A_label_may_be_a_key_of_two_values()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var rows = _context.Data.LoadFromEnumerable(s_few);
        var scored = _context.Transforms.Conversion
            .MapValueToKey("Key", "Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows).Transform(rows);

        await tracked.Run.LogEvaluationAsync(_context.BinaryClassification.Evaluate(scored), scored, new EvaluationOptions { LabelColumn = "Key" });

        Assert.That((await tracked.ReadNumbersAsync("evaluation/roc.csv"))[1], Is.EqualTo(new[] { 0.3125, 0, 2 / 3.0, 0, 2 }));
    }

    [Test]
    public async Task Without_probabilities_there_is_no_calibration()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Transforms.DropColumns("Probability").Fit(_context.Data.LoadFromEnumerable(s_few))
            .Transform(_context.Data.LoadFromEnumerable(s_few));

        await tracked.Run.LogEvaluationAsync(_context.BinaryClassification.EvaluateNonCalibrated(scored), scored);

        Assert.That(await tracked.ListAsync(), Has.None.Contains("calibration").And.Some.Contains("roc"));
        Assert.That((await tracked.EndAsync()).Keys, Has.None.EqualTo("log_loss"));
    }

    [Test]
    public async Task Without_rows_there_are_metrics_and_the_matrix()
    {
        await using var tracked = await TrackedRun.StartAsync();

        await tracked.Run.LogEvaluationAsync(_context.BinaryClassification.Evaluate(_context.Data.LoadFromEnumerable(s_few)));

        Assert.That(await tracked.ListAsync(), Is.EqualTo(new[] { "evaluation/confusion_matrix.csv", "evaluation/confusion_matrix.svg" }));
    }

    [Test]
    public async Task A_missing_column_is_named_and_nothing_is_recorded()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Data.LoadFromEnumerable(s_few);

        await Assert.ThatAsync(
            () => tracked.Run.LogEvaluationAsync(_context.BinaryClassification.Evaluate(scored), scored, new EvaluationOptions { LabelColumn = "Truth" }),
            Throws.ArgumentException.With.Message.Contains("'Truth'").And.Message.Contains("'Label', 'Score'").And.Message.Contains("LabelColumn"));

        Assert.That(await tracked.ListAsync(), Is.Empty);
        Assert.That(await tracked.EndAsync(), Is.Empty);
    }

    private IDataView ScoreTumours() => _context.Transforms.NormalizeMinMax("Features").Append(_context.BinaryClassification.Trainers.LbfgsLogisticRegression())
        .Fit(RealData.LoadTumours(_context)).Transform(RealData.LoadTumours(_context, "test"));

    private IDataView ScoreFlights()
    {
        var flights = RealData.LoadFlights(_context);
        return _context.Transforms.Concatenate("Features", "Hour", "Distance")
            .Append(_context.BinaryClassification.Trainers.FastTree(numberOfTrees: 20)).Fit(flights).Transform(flights);
    }
}
