namespace MlOps.Storage;

/// <summary>Creates folders that only the user of this process may read, such as caches and spools, and recognizes links.</summary>
internal static class PrivateFolder
{
    /// <summary>Read and write permission for the user alone.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode FolderMode = FileMode | UnixFileMode.UserExecute;

    /// <summary>Creates a folder and the missing folders above it, each with the mode 0700 on Unix. A folder that exists keeps its permissions.</summary>
    /// <exception cref="IOException">The folder cannot be created.</exception>
    public static void Create(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        if (Path.GetDirectoryName(Path.GetFullPath(folder)) is { } above)
        {
            Create(above);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, FolderMode);
        }
    }

    /// <summary>Determines whether a file or folder is a symbolic link or a junction.</summary>
    public static bool IsLink(string entry) => new FileInfo(entry).LinkTarget is not null;

    /// <summary>Throws if a folder that the library creates and cleans up is a link, because the files in its target may not belong to the library.</summary>
    /// <exception cref="IOException">The folder is a link.</exception>
    public static void ThrowIfLink(string folder)
    {
        if (IsLink(folder))
        {
            throw new IOException($"'{folder}' is a symbolic link, so its files may not belong to this library. Replace the link with a folder.");
        }
    }

    /// <summary>Deletes a temporary folder that this process created under a random name.</summary>
    public static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process has a file open. The operating system cleans up temporary files.
        }
    }
}
