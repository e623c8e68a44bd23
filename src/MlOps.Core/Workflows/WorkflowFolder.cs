using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>The folder on disk that has a folder for the files of each step.</summary>
/// <remarks>The file <c>.mlops-workflow</c> lists the steps whose folders workflows have created. Other folders are never emptied.</remarks>
internal sealed class WorkflowFolder : IDisposable
{
    private const string ListName = ".mlops-workflow";
    private readonly bool _isTemporary;
    private readonly Lock _lock = new();

    /// <param name="path">The folder; <see langword="null"/> for a temporary one.</param>
    public WorkflowFolder(string? path)
    {
        _isTemporary = path is null;
        Path = path is null ? Directory.CreateTempSubdirectory("mlops-workflow-").FullName : System.IO.Path.GetFullPath(path);
    }

    public string Path { get; }

    /// <summary>Makes the folder of a step, empty.</summary>
    /// <exception cref="InvalidOperationException">The folder has files that no workflow created, or is a link.</exception>
    public string Renew(string step)
    {
        var folder = System.IO.Path.Combine(Path, step);
        lock (_lock)
        {
            var list = System.IO.Path.Combine(Path, ListName);
            var isListed = File.Exists(list) && File.ReadLines(list).Contains(step, StringComparer.Ordinal);
            if (PrivateFolder.IsLink(folder) || (!isListed && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            {
                throw new InvalidOperationException(
                    $"The folder '{folder}' of step '{step}' has files that no workflow created, or is a link. A step begins with an empty folder. "
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
