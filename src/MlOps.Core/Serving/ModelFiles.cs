using MlOps.Content;

namespace MlOps.Serving;

/// <summary>Lists the files of a model that is served from a file or folder on disk.</summary>
/// <remarks>Files and folders whose names begin with a dot are not part of the model. Links to files are followed.</remarks>
/// <param name="path">The path of the file or folder.</param>
/// <param name="setting">The setting that holds the path, for messages.</param>
/// <param name="cacheFolder">The folder for the verified copies. It must not be inside <paramref name="path"/>.</param>
internal sealed class ModelFiles(string path, string setting, string cacheFolder)
{
    private static readonly Dictionary<string, string> s_formats = new(StringComparer.OrdinalIgnoreCase) { [".onnx"] = "onnx", [".zip"] = "mlnet" };

    /// <summary>Gets the full path of the file or folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Gets the format that corresponds to the extension of a file.</summary>
    public static string? FindFormat(string file) => s_formats.GetValueOrDefault(System.IO.Path.GetExtension(file));

    /// <summary>Lists the files, ordered by path.</summary>
    /// <returns>The files, or an empty list.</returns>
    /// <exception cref="ModelCheckException">The folder contains the cache, a link to a folder or a special file.</exception>
    public IReadOnlyList<SourceFile> Find()
    {
        var files = new List<SourceFile>();
        if (Directory.Exists(Path))
        {
            ThrowIfContainsCache();
            AddFolder(new DirectoryInfo(Path), "", files);
        }
        else if (new FileInfo(Path) is { Exists: true } file)
        {
            AddFile(file, "", files);
        }

        files.Sort(static (one, other) => string.CompareOrdinal(one.Path, other.Path));
        return files;
    }

    /// <summary>Creates the exception for missing files.</summary>
    public VersionNotFoundException Missing() => Directory.Exists(Path)
        ? new("model in the folder", Path, version: null,
            $"The folder is empty. It is set by {setting}. Put the files of the model there, or correct the setting.")
        : new("file or folder", Path, version: null, $"The path is set by {setting}. Put the model there, or correct the setting.");

    /// <summary>Creates the exception for a file that changed while it was read.</summary>
    public static ModelCheckException Changed(string path) =>
        new(
            $"'{path}' changed while it was read. The next poll reads it again. "
            + "Write a new model under another name and then rename it, so that a complete file appears at once.")
        {
            IsTransient = true,
        };

    private static void AddFolder(DirectoryInfo folder, string prefix, List<SourceFile> files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().Where(static entry => !entry.Name.StartsWith('.')))
        {
            if (entry is FileInfo file)
            {
                AddFile(file, prefix, files);
            }
            else if (entry.LinkTarget is null)
            {
                AddFolder((DirectoryInfo)entry, $"{prefix}{entry.Name}/", files);
            }
            else
            {
                throw new ModelCheckException(
                    $"'{entry.FullName}' is a symbolic link to a folder. Links to folders are not followed. Replace the link with the folder.");
            }
        }
    }

    private static void AddFile(FileInfo file, string prefix, List<SourceFile> files)
    {
        if ((file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true)) is FileInfo { Exists: true } target)
        {
            if (RegularFile.DescribeSpecial(target.FullName) is { } special)
            {
                throw new ModelCheckException($"'{file.FullName}' is {special} and cannot be part of a model. Remove it.");
            }

            files.Add(new SourceFile(prefix + file.Name, file.FullName, target.Length, target.LastWriteTimeUtc));
        }
    }

    private void ThrowIfContainsCache()
    {
        var relative = System.IO.Path.GetRelativePath(Path, cacheFolder);
        if (!System.IO.Path.IsPathRooted(relative) && relative.Split(System.IO.Path.DirectorySeparatorChar)[0] != "..")
        {
            throw new ModelCheckException(
                $"The folder '{Path}' of {setting} contains the cache folder '{System.IO.Path.GetFullPath(cacheFolder)}', so each copy would change the model. "
                + $"Set {setting} to a folder that contains only the model, "
                + $"or move the cache with {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:CacheFolder.");
        }
    }
}
