using MlOps.Workflows;

namespace MlOps.Records.Stores;

/// <summary>The steps whose outputs the committed stores have.</summary>
internal static class StoredSteps
{
    /// <summary>The text of the file that the first step reads.</summary>
    public const string Data = "5.1,setosa\n";

    /// <summary>Makes the steps: one that reads a file, one that stops the workflow, and one that is skipped for it.</summary>
    /// <param name="file">The file <c>data.csv</c> with <see cref="Data"/>.</param>
    /// <param name="onRun">Called with the name of each step that does its work.</param>
    public static WorkflowStep[] Create(string file, Action<string> onRun) =>
    [
        new WorkflowStep
        {
            Name = "prepare",
            Files = [file],
            Parameters = new Dictionary<string, string> { ["rows"] = "all" },
            CodeVersion = "1",
            Work = async (context, token) =>
            {
                onRun("prepare");
                await File.WriteAllTextAsync(Path.Combine(context.Folder, "prepared.txt"), "prepared", token);
                context.SetMetric("prepare/rows", 1);
                context.SetValue("made by", "prepare");
            },
        },
        new WorkflowStep
        {
            Name = "check",
            DependsOn = ["prepare"],
            CodeVersion = "1",
            UsesSeed = true,
            Work = (context, _) =>
            {
                onRun("check");
                context.Stop("the data are the same");
                return Task.CompletedTask;
            },
        },
        new WorkflowStep
        {
            Name = "train",
            DependsOn = ["check"],
            CodeVersion = "1",
            Work = (_, _) =>
            {
                onRun("train");
                return Task.CompletedTask;
            },
        },
    ];
}
