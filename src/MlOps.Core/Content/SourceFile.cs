using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A local file that is to become content, as it was when it was found.</summary>
/// <param name="Path">Its path in the version.</param>
/// <param name="File">Its path on disk.</param>
/// <param name="Size">Its size then.</param>
/// <param name="Written">When it was last written then.</param>
internal sealed record SourceFile(string Path, string File, long Size, DateTime Written)
{
    /// <summary>Finds files, and all files below folders.</summary>
    /// <param name="sources">Paths on disk: a file is found under its name, a folder's files under their paths below the folder.</param>
    /// <exception cref="ArgumentException">One is not there or cannot be stored portably; the message names it.</exception>
    public static List<SourceFile> FindAll(IReadOnlyList<string> sources)
    {
        var files = new List<SourceFile>();
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var source in sources)
        {
            if (Directory.Exists(source))
            {
                Find(new DirectoryInfo(source), "", files, seen);
            }
            else if (System.IO.File.Exists(source))
            {
                Find(new FileInfo(source), "", files, seen);
            }
            else
            {
                throw new ArgumentException($"There is no file or folder '{source}'. Give one that is there.", nameof(sources));
            }
        }

        files.Sort(static (x, y) => ArtifactPath.TextOrder.Compare(x.Path, y.Path));
        return files;
    }

    /// <summary>Opens the file for reading from its beginning to its end.</summary>
    public FileStream OpenRead() => new(File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <summary>Throws if the file is no longer what it was when it was found.</summary>
    /// <exception cref="InvalidOperationException">It was changed meanwhile.</exception>
    public void ThrowIfChanged()
    {
        var now = new FileInfo(File);
        if (!now.Exists || now.Length != Size || now.LastWriteTimeUtc != Written)
        {
            throw Changed();
        }
    }

    /// <summary>Makes the error of a file that was changed while it was read.</summary>
    public InvalidOperationException Changed(Exception? cause = null) =>
        new($"'{File}' was changed while it was being read. Nothing was registered. Stop what writes to it, or copy it first, and try again.", cause);

    private static void Find(DirectoryInfo folder, string prefix, List<SourceFile> files, Dictionary<string, string> seen)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            Find(entry, prefix, files, seen);
        }
    }

    private static void Find(FileSystemInfo entry, string prefix, List<SourceFile> files, Dictionary<string, string> seen)
    {
        var path = prefix + entry.Name;
        if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            throw new ArgumentException(
                $"'{entry.FullName}' is a symbolic link. Replace it with what it points to: a link means nothing on another machine.", nameof(entry));
        }

        _ = ArtifactPath.Parse(path);
        if (!seen.TryAdd(path, path) && !(entry is DirectoryInfo && seen[path] == path))
        {
            throw new ArgumentException(
                seen[path] == path
                    ? $"Two of the files are named '{path}'. Give them in one folder, or rename one."
                    : $"'{seen[path]}' and '{path}' differ only in case, so they cannot both be restored on Windows or macOS. Rename one.",
                nameof(entry));
        }

        if (entry is DirectoryInfo below)
        {
            Find(below, path + "/", files, seen);
        }
        else
        {
            var file = (FileInfo)entry;
            files.Add(new SourceFile(path, file.FullName, file.Length, file.LastWriteTimeUtc));
        }
    }
}
