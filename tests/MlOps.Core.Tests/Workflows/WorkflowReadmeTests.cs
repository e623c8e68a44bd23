using MlOps.Datasets;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Runs the code of the guides <c>Workflows/README.md</c> and <c>Tracking/README.md</c>.</summary>
public sealed class WorkflowReadmeTests : TrackingFixture
{
    [Test]
    public async Task The_workflow_of_the_guide_writes_the_output_of_the_guide()
    {
        var file = Write("5.1,setosa\n");
        using var output = new StringWriter();

        var first = await RunAsync(Tracker, Lab.Get<IWorkflowRunner>(), file, "20", TextWriter.Null);
        await RunAsync(Tracker, Lab.Get<IWorkflowRunner>(), file, "40", output);

        var guide = await ReadGuideAsync("Workflows");
        Assert.That(guide, Does.Contain($"```text\n{output.ToString().Replace(first.Id, "0199…", StringComparison.Ordinal)}```"));
    }

    [Test]
    public async Task The_reproduction_of_the_guide_writes_the_output_of_the_guide()
    {
        var datasets = Lab.Get<IDatasetStore>();
        var version = await datasets.SnapshotAsync("flowers", Write("5.1,setosa\n"));
        var start = new RunStart { Name = "baseline", Parameters = new Dictionary<string, string> { ["trees"] = "20" }, Datasets = [RunDataset.Of(version)] };
        var run = await Tracker.RunAsync("iris", start, static (run, token) => TrainAgainAsync(20, 0, "", run, token));
        await datasets.SnapshotAsync("flowers", Write("6.2,virginica\n"));

        var report = await RepeatAsync(Lab.Get<IRunReproducer>(), run);

        var guide = await ReadGuideAsync("Tracking");
        var text = report.ToString().Replace(run.Id, "0199…", StringComparison.Ordinal).Replace(report.Reproduced.Id, "019a…", StringComparison.Ordinal);
        Assert.That(guide, Does.Contain($"```text\n{text}```"));
    }

    private static async Task<Run> RunAsync(IExperimentTracker tracker, IWorkflowRunner runner, string file, string trees, TextWriter output)
    {
        var workflow = new Workflow(
            "iris",
            [
                new() { Name = "prepare", Files = [file], Work = PrepareAsync },
                new() { Name = "train", DependsOn = ["prepare"], Parameters = new Dictionary<string, string> { ["trees"] = trees }, Work = TrainAsync },
            ]);
        var run = await tracker.RunAsync("iris", new RunStart(), async (run, token) =>
            output.Write(await runner.RunAsync(workflow, run, cancellationToken: token)));
        return run;
    }

    private static async Task<ReproductionReport> RepeatAsync(IRunReproducer reproducer, Run recorded)
    {
        var reproduction = await reproducer.ReproduceAsync(recorded.Id, async (training, token) =>
        {
            await TrainAgainAsync(training.GetParameter<int>("trees"), training.Seed, training.GetData("flowers"), training.Run, token);
        });
        Console.Write(reproduction);
        return reproduction;
    }

    private static Task PrepareAsync(StepContext context, CancellationToken cancellationToken)
    {
        File.Copy(context.Files[0], Path.Combine(context.Folder, "rows.csv"));
        return Task.CompletedTask;
    }

    private static async Task TrainAsync(StepContext context, CancellationToken cancellationToken)
    {
        var rows = await File.ReadAllTextAsync(Path.Combine(context.GetFolder("prepare"), "rows.csv"), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(context.Folder, "model.txt"), rows + context.Parameters["trees"], cancellationToken);
        context.SetMetric("accuracy", 0.96);
    }

    private static Task TrainAgainAsync(int trees, int seed, string data, IRun run, CancellationToken cancellationToken)
    {
        run.LogMetric("accuracy", trees == 20 ? 0.96 : 0.5);
        return Task.CompletedTask;
    }

    private static async Task<string> ReadGuideAsync(string topic) =>
        (await File.ReadAllTextAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Guides", topic, "README.md"))).ReplaceLineEndings("\n");

    private string Write(string text)
    {
        var file = Path.Combine(Folder.Path, "flowers.csv");
        File.WriteAllText(file, text);
        return file;
    }
}
