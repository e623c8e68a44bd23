using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Runs the code of the guide <c>Tracking/README.md</c>.</summary>
public sealed class TrackingReadmeTests : TrackingFixture
{
    [Test]
    public async Task The_code_of_the_guide_runs()
    {
        var (tracker, modelFile, reportFile) = (Tracker, Path.Combine(Folder.Path, "model.onnx"), Path.Combine(Folder.Path, "report.md"));
        await File.WriteAllTextAsync(modelFile, "weights");
        await File.WriteAllTextAsync(reportFile, "fine");

        await using var run = await tracker.StartRunAsync("iris", "baseline");
        await run.LogParameterAsync("learning-rate", 0.1);
        for (var epoch = 1; epoch <= 10; epoch++)
        {
            run.LogMetric("loss", Train(epoch), epoch);
        }

        await run.LogFileAsync(reportFile);
        await run.RegisterModelAsync("iris", new ModelRegistration { Format = "onnx", Files = [modelFile] });
        await run.EndAsync();

        var best = await tracker.FindBestRunAsync("iris", "loss", MetricDirection.Minimize);
        var good = await tracker.SearchRunsAsync(new RunQuery { Filter = "metrics.loss < 0.5 and params.learning-rate = '0.1'" }).ToListAsync();

        var version = await Lab.Get<IModelRegistry>().GetVersionAsync("iris", "1");
        Assert.That((best!.Id, good.Single().Id), Is.EqualTo((run.Info.Id, run.Info.Id)));
        Assert.That((version.Lineage.RunId, version.Metrics["loss"], version.Parameters["learning-rate"]), Is.EqualTo((run.Info.Id, 0.1, "0.1")));
    }

    [Test]
    public async Task A_metric_with_tags_is_recorded_with_its_handle()
    {
        await using var run = await Tracker.StartRunAsync("iris", "folds");

        var lossOfFold = run.GetMetric("loss", tags: new Dictionary<string, string> { ["fold"] = "1" }); // the metric loss{fold=1}
        lossOfFold.Record(0.25, step: 7);
        await run.EndAsync();

        Assert.That((await Tracker.FindRunAsync(run.Info.Id))!.Metrics["loss{fold=1}"], Is.EqualTo(0.25));
    }

    [TestCase("metrics.unknown > 0")]
    [TestCase("params.unknown = '1'")]
    [TestCase("tags.unknown = '1'")]
    [TestCase("status = 'unknown'")]
    public async Task A_filter_with_an_unknown_metric_or_status_matches_nothing(string filter)
    {
        await using var run = await Tracker.StartRunAsync("iris", "baseline");
        await run.EndAsync();

        Assert.That(await Tracker.SearchRunsAsync(new RunQuery { Filter = filter }).ToListAsync(), Is.Empty);
    }

    private static double Train(int epoch) => 1.0 / epoch;
}
