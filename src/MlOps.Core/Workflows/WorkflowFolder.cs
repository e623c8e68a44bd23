using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>The folder on disk that contains one folder for the files of each step.</summary>
/// <remarks>The file <c>.mlops-workflow</c> lists the steps whose folders workflows have created. Other folders are not emptied.</remarks>
internal sealed class WorkflowFolder : IDisposable
{
    private const string ListName = ".mlops-workflow";
    private readonly bool _isTemporary;
    private readonly Lock _lock = new();

    /// <summary>Initializes a new instance of the <see cref="WorkflowFolder"/> class.</summary>
    /// <param name="path">The path; <see langword="null"/> for a temporary folder, which is deleted with the object.</param>
    public WorkflowFolder(string? path)
    {
        _isTemporary = path is null;
        Path = path is null ? Directory.CreateTempSubdirectory("mlops-workflow-").FullName : System.IO.Path.GetFullPath(path);
    }

    public string Path { get; }

    /// <summary>Creates the folder of a step, or empties it if a workflow created it.</summary>
    /// <exception cref="InvalidOperationException">The folder contains files that were not created by a workflow, or is a link.</exception>
    public string CreateEmpty(string step)
    {
        var folder = System.IO.Path.Combine(Path, step);
        lock (_lock)
        {
            var list = System.IO.Path.Combine(Path, ListName);
            var isListed = File.Exists(list) && File.ReadLines(list).Contains(step, StringComparer.Ordinal);
            if (PrivateFolder.IsLink(folder) || (!isListed && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            {
                throw new InvalidOperationException(
                    $"The folder '{folder}' of step '{step}' contains files that were not created by a workflow, or is a link. "
                    + "A step requires an empty folder. "
                    + $"Move the files elsewhere, or set {nameof(WorkflowRunOptions)}.{nameof(WorkflowRunOptions.Folder)} to another folder.");
            }

            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
            if (!isListed)
            {
                File.AppendAllLines(list, [step]);
            }
        }

        return folder;
    }

    public void Dispose()
    {
        if (_isTemporary)
        {
            PrivateFolder.TryDelete(Path);
        }
    }
}
