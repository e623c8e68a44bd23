namespace MlOps.Workflows;

/// <summary>The folder on disk that has a folder for the files of each step.</summary>
internal sealed class WorkflowFolder : IDisposable
{
    private readonly bool _isTemporary;

    /// <param name="path">The folder; <see langword="null"/> for a temporary one.</param>
    public WorkflowFolder(string? path)
    {
        _isTemporary = path is null;
        Path = path is null ? Directory.CreateTempSubdirectory("mlops-workflow-").FullName : System.IO.Path.GetFullPath(path);
    }

    public string Path { get; }

    /// <summary>Makes the folder of a step, empty.</summary>
    public string Renew(string step)
    {
        var folder = System.IO.Path.Combine(Path, step);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    public void Dispose()
    {
        if (!_isTemporary)
        {
            return;
        }

        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody has a file open; the system tidies its temporary files up.
        }
    }
}
