namespace MlOps.Workflows;

/// <summary>How a workflow runs.</summary>
public sealed class WorkflowRunOptions
{
    /// <summary>Gets a value indicating whether every step runs, also one that ran on the same before. What they make is remembered as ever.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Force { get; init; }

    /// <summary>Gets the names of single steps that are to run whatever was before.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> ForcedSteps { get; init; } = [];

    /// <summary>Gets the folder on disk that has a folder for the files of each step.</summary>
    /// <value>The default, <see langword="null"/>, is a temporary one that is deleted in the end. In one that is given, the folders of steps that a workflow created are emptied first; a step whose folder has other files fails.</value>
    public string? Folder { get; init; }
}
