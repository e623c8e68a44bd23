using MlOps.Datasets;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>What README.md of MlOps.Core says of workflows and of repeating runs works.</summary>
public sealed class WorkflowReadmeTests : TrackingFixture
{
    [Test]
    public async Task The_workflow_of_the_readme_runs_and_says_what_stands_there()
    {
        var file = Write("5.1,setosa\n");
        using var output = new StringWriter();

        var first = await RunAsync(Tracker, Lab.Get<IWorkflowRunner>(), file, "20", TextWriter.Null);
        await RunAsync(Tracker, Lab.Get<IWorkflowRunner>(), file, "40", output);

        var readme = await ReadReadmeAsync();
        Assert.That(readme, Does.Contain($"```csharp\n{await ReadCodeAsync("// The workflow:")}```"));
        Assert.That(readme, Does.Contain($"```text\n{output.ToString().Replace(first.Id, "0199…", StringComparison.Ordinal)}```"));
    }

    [Test]
    public async Task The_reproduction_of_the_readme_runs_and_says_what_stands_there()
    {
        var datasets = Lab.Get<IDatasetStore>();
        var version = await datasets.SnapshotAsync("flowers", Write("5.1,setosa\n"));
        var start = new RunStart { Name = "baseline", Parameters = new Dictionary<string, string> { ["trees"] = "20" }, Datasets = [RunDataset.Of(version)] };
        var run = await Tracker.RunAsync("iris", start, static (run, token) => TrainAgainAsync(20, 0, "", run, token));
        await datasets.SnapshotAsync("flowers", Write("6.2,virginica\n"));
        using var output = new StringWriter();

        var report = await RepeatAsync(Lab.Get<IRunReproducer>(), run, output);

        var readme = await ReadReadmeAsync();
        Assert.That(readme, Does.Contain($"```csharp\n{await ReadCodeAsync("// The reproduction:")}```"));
        var text = output.ToString().Replace(run.Id, "0199…", StringComparison.Ordinal).Replace(report.Reproduced.Id, "019a…", StringComparison.Ordinal);
        Assert.That(readme, Does.Contain($"```text\n{text}```"));
    }

    private static async Task<Run> RunAsync(IExperimentTracker tracker, IWorkflowRunner runner, string file, string trees, TextWriter output)
    {
        // The workflow:
        var workflow = new Workflow(
            "iris",
            [
                new() { Name = "prepare", Files = [file], Work = PrepareAsync },
                new() { Name = "train", After = ["prepare"], Parameters = new Dictionary<string, string> { ["trees"] = trees }, Work = TrainAsync },
            ]);
        var run = await tracker.RunAsync("iris", new RunStart(), async (run, token) =>
            output.Write(await runner.RunAsync(workflow, run, cancellationToken: token)));
        // Until here.
        return run;
    }

    private static async Task<ReproductionReport> RepeatAsync(IRunReproducer reproducer, Run run, TextWriter output)
    {
        // The reproduction:
        var report = await reproducer.ReproduceAsync(run.Id, async (training, token) =>
        {
            await TrainAgainAsync(training.GetParameter<int>("trees"), training.Seed, training.GetData("flowers"), training.Run, token);
        });
        output.Write(report);
        // Until here.
        return report;
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

    private static async Task<string> ReadReadmeAsync() =>
        (await File.ReadAllTextAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Registry", "README.md"))).ReplaceLineEndings("\n");

    private static async Task<string> ReadCodeAsync(string begin)
    {
        var source = (await File.ReadAllTextAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Workflows", "WorkflowReadmeTests.cs"))).ReplaceLineEndings("\n");
        var start = source.IndexOf($"        {begin}\n", StringComparison.Ordinal) + begin.Length + 9;
        var code = source[start..source.IndexOf("        // Until here.\n", start, StringComparison.Ordinal)];
        return string.Join('\n', code.Split('\n').Select(static line => line.Length > 8 ? line[8..] : line));
    }

    private string Write(string text)
    {
        var file = Path.Combine(Folder.Path, "flowers.csv");
        File.WriteAllText(file, text);
        return file;
    }
}
