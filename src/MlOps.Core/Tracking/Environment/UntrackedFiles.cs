using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Separates the library's own files from the other files that git does not track.</summary>
internal sealed class UntrackedFiles
{
    private static readonly StringComparison s_comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
    private readonly string _top;
    private readonly OwnFiles[] _own;

    /// <param name="top">The top folder of the repository.</param>
    /// <param name="own">The places where the library writes; those outside the repository do not matter.</param>
    public UntrackedFiles(string top, IEnumerable<OwnFiles> own)
    {
        _top = ResolveLinks(top);

        // A folder that is a link is its name in the repository and its target, which may be in the repository as well.
        _own = [.. own.SelectMany(static place => new[] { place with { Folder = ResolveLinksAbove(place.Folder) }, place with { Folder = ResolveLinks(place.Folder) } }).Distinct()];
    }

    /// <summary>Finds the files and folders of an entry of <c>git status</c> that are not the library's.</summary>
    /// <param name="entry">The path in the repository; that of a folder ends in <c>/</c>.</param>
    /// <returns>The entry itself if nothing in it is the library's. The parts of one that is divided may be empty, or ignored by git.</returns>
    public IEnumerable<string> FindOthers(string entry)
    {
        var path = Path.GetFullPath(Path.Combine(_top, entry)).TrimEnd(Path.DirectorySeparatorChar);
        return FindOthers(path, isFolder: entry.EndsWith('/')).Select(other => ToEntry(other.Path, other.IsFolder));
    }

    private IEnumerable<(string Path, bool IsFolder)> FindOthers(string path, bool isFolder)
    {
        if (_own.Any(place => IsOwn(place, path)))
        {
            return [];
        }

        return isFolder && _own.Any(place => IsSameOrBelow(place.Folder, path))
            ? new DirectoryInfo(path).EnumerateFileSystemInfos().SelectMany(below => FindOthers(below.FullName, below is DirectoryInfo && below.LinkTarget is null))
            : [(path, isFolder)];
    }

    private static bool IsOwn(OwnFiles place, string path)
    {
        if (path.Equals(place.Folder, s_comparison))
        {
            return place.Names is null || PrivateFolder.IsLink(path);
        }

        return IsSameOrBelow(path, place.Folder)
            && (place.Names is null || place.Names.IsMatch(path[(place.Folder.Length + 1)..].Split(Path.DirectorySeparatorChar)[0]));
    }

    private static bool IsSameOrBelow(string path, string folder) => path.StartsWith(folder, s_comparison)
        && (path.Length == folder.Length || path[folder.Length] == Path.DirectorySeparatorChar);

    private static string ResolveLinks(string path)
    {
        var resolved = ResolveLinksAbove(path);
        var file = new FileInfo(resolved); // a place where nothing was written yet is no link; ResolveLinkTarget throws for it
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target ? ResolveLinks(target.FullName) : resolved;
    }

    private static string ResolveLinksAbove(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.GetDirectoryName(path) is { } above ? Path.Combine(ResolveLinks(above), Path.GetFileName(path)) : path;
    }

    private string ToEntry(string path, bool isFolder) => Path.GetRelativePath(_top, path).Replace(Path.DirectorySeparatorChar, '/') + (isFolder ? "/" : "");
}
