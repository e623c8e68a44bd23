using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Finds the files below files and folders on disk that are to be stored, and refuses those that cannot be.</summary>
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
                $"{selection.Links} is not a treatment of symbolic links. Give one of {string.Join(", ", Enum.GetNames<SymbolicLinks>())}.", nameof(selection));
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

    /// <summary>Makes the error of a file or folder that cannot be read, with the reason.</summary>
    internal static ArgumentException Unreadable(string source, Exception exception) => new(
        exception switch
        {
            FileNotFoundException or DirectoryNotFoundException =>
                $"There is no file or folder '{source}', or it was removed while it was read. Give one that is there.",
            UnauthorizedAccessException =>
                $"'{source}' cannot be read: {exception.Message.TrimEnd('.')}. Permission is denied to the user '{Environment.UserName}'. "
                + "Give that user permission, or leave the file out.",
            _ => $"'{source}' cannot be read: {exception.Message.TrimEnd('.')}. Correct the cause, or leave the file out.",
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
            var root = LinkTarget.Resolve(full); // a folder that is named by a link is the folder that the link leads to
            AddFolder(new DirectoryInfo(full), "", root, [root]);
        }
        else
        {
            _ = File.GetAttributes(full); // throws the reason: nothing is there, or it may not be seen
            AddEntry(new FileInfo(full), "", LinkTarget.Resolve(Path.GetDirectoryName(full) ?? full), []);
        }
    }

    /// <param name="folder">The folder.</param>
    /// <param name="prefix">The path of the folder below the source, with a slash at the end unless it is empty.</param>
    /// <param name="root">The source without links.</param>
    /// <param name="above">The folder and those above it, without links.</param>
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
        // On Windows other reparse points than links are files, such as those of OneDrive.
        var target = entry.LinkTarget is { } link ? Follow(entry, link, root, above) : entry;
        var path = prefix + entry.Name;
        _ = ArtifactPath.Parse(path);
        if (!_seen.TryAdd(path, path) && !(target is DirectoryInfo && _seen[path] == path))
        {
            throw new ArgumentException(
                _seen[path] == path
                    ? $"Two of the files are named '{path}'. Give them in one folder, or rename one."
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
                $"'{entry.FullName}' is {special}, which has no content that can be stored. Remove it, leave it out, or give other files.", nameof(entry));
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
                $"'{entry.FullName}' is a symbolic link to '{link}'. Replace it with what it points to, or have links followed (see {nameof(SymbolicLinks)}): "
                + "a link means nothing on another machine.",
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
                    $"'{entry.FullName}' is a symbolic link to '{target}', which contains the link, so its files have no end. Remove the link.", nameof(entry));
        }

        return Path.Exists(target)
            ? new FileInfo(target)
            : throw new ArgumentException(
                $"'{entry.FullName}' is a symbolic link to '{target}', which is not there. Remove the link, or restore its target.", nameof(entry));
    }
}
