using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>Runs the code of the guide <c>Tracking/README.md</c>.</summary>
public sealed class TrackingReadmeTests : TrackingFixture
{
    [Test]
    public async Task The_code_of_the_guide_runs()
    {
        var (tracker, model, report) = (Tracker, Path.Combine(Folder.Path, "model.onnx"), Path.Combine(Folder.Path, "report.md"));
        await File.WriteAllTextAsync(model, "weights");
        await File.WriteAllTextAsync(report, "fine");

        await using var run = await tracker.StartRunAsync("iris", "baseline");
        await run.LogParameterAsync("learning-rate", 0.1);
        for (var epoch = 1; epoch <= 10; epoch++)
        {
            run.LogMetric("loss", Train(epoch), epoch);
        }

        await run.LogFileAsync(report);
        await run.RegisterModelAsync("iris", new ModelRegistration { Format = "onnx", Files = [model] });
        await run.EndAsync();

        var best = await tracker.FindBestRunAsync("iris", "loss", MetricDirection.Minimize);
        var good = await tracker.SearchRunsAsync(new RunQuery { Filter = "metrics.loss < 0.5 and params.learning-rate = '0.1'" }).ToListAsync();

        var version = await Lab.Get<IModelRegistry>().GetVersionAsync("iris", "1");
        Assert.That((best!.Id, good.Single().Id), Is.EqualTo((run.Info.Id, run.Info.Id)));
        Assert.That((version.Lineage.RunId, version.Metrics["loss"], version.Parameters["learning-rate"]), Is.EqualTo((run.Info.Id, 0.1, "0.1")));
    }

    private static double Train(int epoch) => 1.0 / epoch;
}
