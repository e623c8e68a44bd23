using MlOps.Storage;

namespace MlOps.Content;

/// <summary>A local file that is to become content, as it was when it was found.</summary>
/// <param name="Path">Its path in the version.</param>
/// <param name="File">Its path on disk.</param>
/// <param name="Size">Its size then.</param>
/// <param name="Written">When it was last written then.</param>
internal sealed record SourceFile(string Path, string File, long Size, DateTime Written)
{
    /// <summary>Finds all files below a folder.</summary>
    /// <exception cref="ArgumentException">One cannot be stored portably; the message names it.</exception>
    public static List<SourceFile> FindAll(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new ArgumentException($"There is no folder '{folder}'. Give one that holds the files.", nameof(folder));
        }

        var files = new List<SourceFile>();
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        Find(new DirectoryInfo(folder), "", files, seen);
        files.Sort(static (x, y) => ArtifactPath.TextOrder.Compare(x.Path, y.Path));
        return files;
    }

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
            var path = prefix + entry.Name;
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                throw new ArgumentException($"'{entry.FullName}' is a symbolic link. Replace it with what it points to: a link means nothing on another machine.", nameof(folder));
            }

            _ = ArtifactPath.Parse(path);
            if (!seen.TryAdd(path, path))
            {
                throw new ArgumentException($"'{seen[path]}' and '{path}' differ only in case, so they cannot both be restored on Windows or macOS. Rename one.", nameof(folder));
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
}
