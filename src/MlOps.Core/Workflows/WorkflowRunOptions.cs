namespace MlOps.Workflows;

/// <summary>The options of a workflow run.</summary>
public sealed class WorkflowRunOptions
{
    /// <summary>Gets a value indicating whether every step is executed, even if its outputs could be restored. The new outputs are cached.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Force { get; init; }

    /// <summary>Gets the names of the steps that are executed even if their outputs could be restored.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> ForcedSteps { get; init; } = [];

    /// <summary>Gets the folder on disk that contains one folder for the files of each step.</summary>
    /// <value>
    /// The default, <see langword="null"/>, is a temporary folder that is deleted at the end of the run. In a folder that you specify, the folders of steps
    /// that a workflow created are emptied first. A step fails if its folder contains other files.
    /// </value>
    public string? Folder { get; init; }
}
