using MlOps.Registry;

namespace MlOps.Tracking;

/// <summary>What README.md of MlOps.Core says of tracking works.</summary>
public sealed class TrackingReadmeTests : TrackingFixture
{
    private const string Begin = "        // As in the readme:\n";
    private const string End = "        // Until here.\n";

    [Test]
    public async Task The_code_of_the_readme_runs_and_stands_there_as_it_is_here()
    {
        var folder = TestContext.CurrentContext.TestDirectory;
        var source = (await File.ReadAllTextAsync(Path.Combine(folder, "Tracking", "TrackingReadmeTests.cs"))).ReplaceLineEndings("\n");
        var code = source[(source.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..source.LastIndexOf(End, StringComparison.Ordinal)];
        var readme = (await File.ReadAllTextAsync(Path.Combine(folder, "Registry", "README.md"))).ReplaceLineEndings("\n");

        await RunAsync();

        Assert.That(readme, Does.Contain($"```csharp\n{string.Join('\n', code.Split('\n').Select(static line => line.Length > 8 ? line[8..] : line))}```"));
    }

    private static double Train(int epoch) => 1.0 / epoch;

    private async Task RunAsync()
    {
        var (tracker, model, report) = (Tracker, Path.Combine(Folder.Path, "model.onnx"), Path.Combine(Folder.Path, "report.md"));
        await File.WriteAllTextAsync(model, "weights");
        await File.WriteAllTextAsync(report, "fine");

        // As in the readme:
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
        // Until here.

        var version = await Lab.Get<IModelRegistry>().GetVersionAsync("iris", "1");
        Assert.That((best!.Id, good.Single().Id), Is.EqualTo((run.Info.Id, run.Info.Id)));
        Assert.That((version.Lineage.RunId, version.Metrics["loss"], version.Parameters["learning-rate"]), Is.EqualTo((run.Info.Id, 0.1, "0.1")));
    }
}
