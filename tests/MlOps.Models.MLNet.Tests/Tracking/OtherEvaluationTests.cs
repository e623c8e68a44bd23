using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MlOps.Models;

namespace MlOps.Tracking;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OtherEvaluationTests
{
    private readonly MLContext _context = new(seed: 1);

    [Test]
    public async Task A_classifier_of_several_classes_has_its_matrix_by_name()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = ScoreFlowers();
        var evaluation = _context.MulticlassClassification.Evaluate(scored, topKPredictionCount: 2);

        await tracked.Run.LogEvaluationAsync(evaluation, scored);
        var metrics = await tracked.EndAsync();

        var rows = (await tracked.ReadAsync("evaluation/confusion_matrix.csv")).Split("\r\n");
        Assert.That(rows[0], Is.EqualTo("actual,'=setosa,versicolor,virginica"));
        Assert.That(
            rows[1..4].Select(static row => row.Split(',')[1..]),
            Is.EqualTo(evaluation.ConfusionMatrix.Counts.Select(static counts => counts.Select(static count => count.ToString(CultureInfo.InvariantCulture)))));
        Assert.That(metrics["micro_accuracy"], Is.EqualTo(evaluation.MicroAccuracy));
        Assert.That(metrics["top_2_accuracy"], Is.EqualTo(evaluation.TopKAccuracyForAllK![1]));
        Assert.That(metrics["recall/virginica"], Is.EqualTo(evaluation.ConfusionMatrix.PerClassRecall[2]));
        Assert.That(metrics["log_loss/=setosa"], Is.EqualTo(evaluation.PerClassLogLoss[0]));
        Assert.That((await tracked.ReadAsync("evaluation/classes.csv")).Split("\r\n")[3], Does.StartWith("virginica,"));
        Assert.That(await tracked.ReadAsync("evaluation/confusion_matrix.svg"), Does.Contain("versicolor"));
    }

    [Test]
    public async Task Without_rows_the_classes_are_numbers()
    {
        await using var tracked = await TrackedRun.StartAsync();

        await tracked.Run.LogEvaluationAsync(_context.MulticlassClassification.Evaluate(ScoreFlowers()));

        Assert.That(await tracked.ReadAsync("evaluation/confusion_matrix.csv"), Does.StartWith("actual,0,1,2\r\n"));
    }

    [Test]
    public void Names_that_no_metric_can_have_become_others()
    {
        Assert.That(ClassNames.ForMetrics(["a\nb", "c"]), Is.EqualTo(new[] { "a_b", "c" }));
        Assert.That(ClassNames.ForMetrics(["a\nb", "a\tb"]), Is.EqualTo(new[] { "0", "1" }));
        Assert.That(ClassNames.ForMetrics(["", "b"]), Is.EqualTo(new[] { "0", "1" }));
    }

    [Test]
    public async Task A_regression_shows_a_bounded_number_of_predictions()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var flights = RealData.LoadFlights(_context);
        var scored = _context.Transforms.Concatenate("Features", "Hour", "Distance")
            .Append(_context.Regression.Trainers.FastTree("Delay", numberOfTrees: 5)).Fit(flights).Transform(flights);
        var evaluation = _context.Regression.Evaluate(scored, "Delay");

        await tracked.Run.LogEvaluationAsync(evaluation, scored, new EvaluationOptions { LabelColumn = "Delay" });
        var metrics = await tracked.EndAsync();

        var rows = await tracked.ReadNumbersAsync("evaluation/predictions.csv");
        Assert.That(rows, Has.Length.EqualTo(2000));
        Assert.That(rows, Has.All.Matches<double[]>(static row => Math.Abs(row![0] - row[1] - row[2]) < 1e-9));
        Assert.That(metrics.Keys, Is.EquivalentTo(new[] { "mae", "mse", "rmse", "r_squared", "loss" }));
        Assert.That(metrics["rmse"], Is.EqualTo(evaluation.RootMeanSquaredError));
        Assert.That(await tracked.ListAsync(), Is.EqualTo(new[] { "evaluation/predictions.csv", "evaluation/predictions.svg", "evaluation/residuals.svg" }));
    }

    [Test]
    public async Task Sample_of_predictions_covers_the_whole_data()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 10_000).Select(static index => new Detected { Label = index, Score = index + 1 }));

        await tracked.Run.LogEvaluationAsync(_context.Regression.Evaluate(scored), scored);

        var shown = (await tracked.ReadNumbersAsync("evaluation/predictions.csv")).Select(static row => row[0]).ToArray();
        Assert.That(shown, Has.Length.EqualTo(2000).And.Unique);
        Assert.That(shown.Average(), Is.EqualTo(5000).Within(300), "more than four standard errors");
    }

    [Test]
    public async Task A_clustering_has_metrics()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var tumours = RealData.LoadTumours(_context);
        var scored = _context.Clustering.Trainers.KMeans("Features", numberOfClusters: 2).Fit(tumours).Transform(tumours);
        var evaluation = _context.Clustering.Evaluate(scored, null, "Score", "Features");

        await tracked.Run.LogEvaluationAsync(evaluation);
        var metrics = await tracked.EndAsync();

        Assert.That(metrics["average_distance"], Is.EqualTo(evaluation.AverageDistance));
        Assert.That(metrics["davies_bouldin_index"], Is.EqualTo(evaluation.DaviesBouldinIndex));
        Assert.That(metrics["normalized_mutual_information"], Is.NaN);
    }

    [Test]
    public async Task A_ranking_has_metrics_for_each_length_of_the_list()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var scored = _context.Data.LoadFromEnumerable(
            Enumerable.Range(0, 40).Select(static index => new Ranked { Label = (uint)(index % 4), Group = (uint)(index / 10) + 1, Score = index % 7 }));
        var evaluation = _context.Ranking.Evaluate(scored, new RankingEvaluatorOptions { DcgTruncationLevel = 4 }, rowGroupColumnName: "Group");

        await tracked.Run.LogEvaluationAsync(evaluation);
        var metrics = await tracked.EndAsync();

        Assert.That(metrics, Has.Count.EqualTo(8));
        Assert.That(metrics["ndcg_at_3"], Is.EqualTo(evaluation.NormalizedDiscountedCumulativeGains[2]));
        Assert.That(metrics["dcg_at_4"], Is.EqualTo(evaluation.DiscountedCumulativeGains[3]));
    }

    [Test]
    public async Task A_detector_of_anomalies_has_curves()
    {
        await using var tracked = await TrackedRun.StartAsync();
        var rows = Enumerable.Range(0, 100).Select(
            static index => new Detected { Label = index % 10 == 0 ? 1 : 0, Score = index % 10 == 0 ? 1 + index : index / 3f, PredictedLabel = index > 50 });
        var scored = _context.Data.LoadFromEnumerable(rows.ToArray());
        var evaluation = _context.AnomalyDetection.Evaluate(scored);

        await tracked.Run.LogEvaluationAsync(evaluation, scored);
        var metrics = await tracked.EndAsync();

        Assert.That(metrics["auc"], Is.EqualTo(evaluation.AreaUnderRocCurve));
        Assert.That(metrics["detection_rate"], Is.EqualTo(evaluation.DetectionRateAtFalsePositiveCount));
        Assert.That(await tracked.ListAsync(), Has.Some.EqualTo("evaluation/roc.svg").And.None.Contains("calibration"));
    }

    private IDataView ScoreFlowers()
    {
        string[] names = ["=setosa", "versicolor", "virginica"];
        var rows = _context.Data.LoadFromEnumerable(
            IrisModel.ReadRows("iris_logreg.train.csv").Select(row => new Named { Features = row.Measures, Name = names[row.Species] }).ToArray());
        return _context.Transforms.Conversion
            .MapValueToKey("Label", "Name", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(rows).Transform(rows);
    }

    private sealed class Named
    {
        [VectorType(4)]
        public float[] Features { get; init; } = [];

        public string Name { get; init; } = "";
    }

    private sealed class Detected
    {
        public float Label { get; init; }

        public float Score { get; init; }

        public bool PredictedLabel { get; init; }
    }

    private sealed class Ranked
    {
        [KeyType(5)]
        public uint Label { get; init; }

        [KeyType(10)]
        public uint Group { get; init; }

        public float Score { get; init; }
    }
}
