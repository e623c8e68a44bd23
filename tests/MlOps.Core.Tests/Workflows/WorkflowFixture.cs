using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>A fixture whose tests run workflows on separate stores.</summary>
public abstract class WorkflowFixture : TrackingFixture
{
    protected const string Experiment = "iris";

    internal List<string> Done { get; } = [];

    internal string DataFile => Path.Combine(Folder.Path, "data", "iris.csv");

    /// <summary>Creates a step that writes its inputs and its setting to a file, and that is added to the executed steps.</summary>
    internal WorkflowStep Step(string name, string[]? after = null, string[]? files = null, string setting = "", string? codeVersion = "1") => new()
    {
        Name = name,
        DependsOn = after ?? [],
        Files = files ?? [],
        Parameters = setting.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["setting"] = setting },
        CodeVersion = codeVersion,
        Work = async (context, token) =>
        {
            Done.Add(name);
            var read = context.Files.Select(File.ReadAllText).Concat(
                (after ?? []).Select(step => File.ReadAllText(Path.Combine(context.GetFolder(step), "below", "out.txt"))));
            Directory.CreateDirectory(Path.Combine(context.Folder, "below"));
            await File.WriteAllTextAsync(Path.Combine(context.Folder, "below", "out.txt"), $"{name}({string.Join(',', read.Append(setting))})", token);
            context.SetMetric($"{name}/size", setting.Length);
            context.SetValue("made by", name);
        },
    };

    internal string WriteData(string text = "5.1,setosa", string? file = null)
    {
        file ??= DataFile;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Runs steps in a new run.</summary>
    /// <returns>The result, the run, and the names of the executed steps.</returns>
    internal async Task<(WorkflowResult Result, Run Run, string[] Done)> RunAsync(
        IReadOnlyList<WorkflowStep> steps, WorkflowRunOptions? options = null, IProgress<OperationProgress>? progress = null, Laboratory? lab = null)
    {
        Done.Clear();
        lab ??= Lab;
        WorkflowResult? result = null;
        var run = await lab.Tracker.RunAsync(Experiment, new RunStart(), async (run, token) =>
            result = await lab.Get<IWorkflowRunner>().RunAsync(new Workflow("flow", steps), run, options, progress, token));
        return (result!, run, [.. Done]);
    }

    internal async Task<string[]> ListAsync(string folder) =>
        await Store.ListAsync(ArtifactPath.Parse(folder)).Select(static entry => entry.Path.ToString()).ToArrayAsync();
}
