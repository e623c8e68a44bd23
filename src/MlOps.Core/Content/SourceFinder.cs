using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Finds the local files to store, and rejects files that cannot be stored.</summary>
internal sealed class SourceFinder
{
    private readonly SourceSelection _selection;
    private readonly IgnorePatterns _ignored;
    private readonly List<SourceFile> _files;
    private readonly Dictionary<string, string> _seen;

    private SourceFinder(SourceSelection selection, List<SourceFile> files, Dictionary<string, string> seen)
    {
        if (!Enum.IsDefined(selection.Links))
        {
            throw new ArgumentException(
                $"{selection.Links} is not a valid value of {nameof(SymbolicLinks)}. Use one of {string.Join(", ", Enum.GetNames<SymbolicLinks>())}.",
                nameof(selection));
        }

        _selection = selection;
        _ignored = new IgnorePatterns(selection.Ignore, nameof(selection));
        _files = files;
        _seen = seen;
    }

    /// <inheritdoc cref="SourceFile.FindAll"/>
    public static List<SourceFile> Find(IReadOnlyList<string> sources, SourceSelection selection, IReadOnlyList<string> spooled)
    {
        var files = new List<SourceFile>();
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        new SourceFinder(selection, files, seen).Add(sources);
        new SourceFinder(SourceSelection.All, files, seen).Add(spooled);
        files.Sort(static (x, y) => ArtifactPath.TextOrder.Compare(x.Path, y.Path));
        return files;
    }

    /// <summary>Creates the exception for a file or folder that cannot be read.</summary>
    internal static ArgumentException Unreadable(string source, Exception exception) => new(
        exception switch
        {
            FileNotFoundException or DirectoryNotFoundException =>
                $"The file or folder '{source}' does not exist, or it was removed while it was read. Pass the path of an existing file or folder.",
            UnauthorizedAccessException =>
                $"'{source}' cannot be read: {exception.Message.TrimEnd('.')}. The user '{Environment.UserName}' has no permission. "
                + "Grant the permission, or exclude the file.",
            _ => $"'{source}' cannot be read: {exception.Message.TrimEnd('.')}. Correct the cause, or exclude the file.",
        },
        exception);

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);

    private void Add(IReadOnlyList<string> sources)
    {
        foreach (var source in sources)
        {
            try
            {
                AddSource(source);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Unreadable(source, exception);
            }
        }
    }

    private void AddSource(string source)
    {
        var full = Path.GetFullPath(source);
        if (Directory.Exists(full))
        {
            var root = LinkTarget.Resolve(full); // a source that is a link to a folder is treated as that folder
            AddFolder(new DirectoryInfo(full), "", root, [root]);
        }
        else
        {
            _ = File.GetAttributes(full); // throws if the path does not exist or access is denied
            AddEntry(new FileInfo(full), "", LinkTarget.Resolve(Path.GetDirectoryName(full) ?? full), []);
        }
    }

    /// <summary>Adds the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">The path of the folder below the source, with a slash at the end unless it is empty.</param>
    /// <param name="root">The source, with links resolved.</param>
    /// <param name="above">The folder and its parents, with links resolved.</param>
    private void AddFolder(DirectoryInfo folder, string prefix, string root, IReadOnlyList<string> above)
    {
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !_ignored.Contains(prefix + entry.Name)))
            {
                AddEntry(entry, prefix, root, above);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder.FullName, exception);
        }
    }

    private void AddEntry(FileSystemInfo entry, string prefix, string root, IReadOnlyList<string> above)
    {
        // On Windows, reparse points other than links are files, such as those of OneDrive.
        var target = entry.LinkTarget is { } link ? Follow(entry, link, root, above) : entry;
        var path = prefix + entry.Name;
        _ = ArtifactPath.Parse(path);
        if (!_seen.TryAdd(path, path) && !(target is DirectoryInfo && _seen[path] == path))
        {
            throw new ArgumentException(
                _seen[path] == path
                    ? $"Two of the files have the path '{path}'. Put them into one folder, or rename one."
                    : $"'{_seen[path]}' and '{path}' differ only in case, so they cannot both be restored on Windows or macOS. Rename one.",
                nameof(entry));
        }

        if (target is DirectoryInfo folder)
        {
            AddFolder(folder, path + "/", root, entry == target ? [.. above, Path.Join(above[^1], entry.Name)] : [.. above, target.FullName]);
        }
        else if (RegularFile.DescribeSpecial(target.FullName) is { } special)
        {
            throw new ArgumentException(
                $"'{entry.FullName}' is {special}, which has no content that can be stored. Remove it, exclude it, or pass other files.", nameof(entry));
        }
        else
        {
            var file = (FileInfo)target;
            _files.Add(new SourceFile(path, file.FullName, file.Length, file.LastWriteTimeUtc)
            {
                Link = entry == target ? null : entry.FullName,
                IsExecutable = !OperatingSystem.IsWindows() && file.UnixFileMode.HasFlag(UnixFileMode.UserExecute),
            });
        }
    }

    private FileSystemInfo Follow(FileSystemInfo entry, string link, string root, IReadOnlyList<string> above)
    {
        if (_selection.Links == SymbolicLinks.Refuse)
        {
            throw new ArgumentException(
                $"'{entry.FullName}' is a symbolic link to '{link}'. A link is not portable to another machine. Replace it with its target, or follow links "
                + $"(see {nameof(SymbolicLinks)}).",
                nameof(entry));
        }

        var target = LinkTarget.Resolve(Path.Join(LinkTarget.Resolve(Path.GetDirectoryName(entry.FullName)!), entry.Name));
        if (_selection.Links == SymbolicLinks.FollowWithin && !IsWithin(target, root))
        {
            throw new ArgumentException(
                $"'{entry.FullName}' is a symbolic link to '{target}', which is not below '{root}'. Remove the link, "
                + $"or follow all links with {nameof(SymbolicLinks)}.{nameof(SymbolicLinks.Follow)}.",
                nameof(entry));
        }

        if (Directory.Exists(target))
        {
            return !above.Any(folder => IsWithin(folder, target))
                ? new DirectoryInfo(target)
                : throw new ArgumentException(
                    $"'{entry.FullName}' is a symbolic link to '{target}', which contains the link, so the recursion does not end. Remove the link.",
                    nameof(entry));
        }

        return Path.Exists(target)
            ? new FileInfo(target)
            : throw new ArgumentException(
                $"'{entry.FullName}' is a symbolic link to '{target}', which does not exist. Remove the link, or restore its target.", nameof(entry));
    }
}
