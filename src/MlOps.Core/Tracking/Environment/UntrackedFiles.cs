using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Separates the files that the library writes from other untracked files.</summary>
internal sealed class UntrackedFiles
{
    private static readonly StringComparison s_comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
    private readonly string _top;
    private readonly OwnFiles[] _own;

    /// <param name="top">The root folder of the repository.</param>
    /// <param name="own">The locations to which the library writes. Locations outside the repository are ignored.</param>
    public UntrackedFiles(string top, IEnumerable<OwnFiles> own)
    {
        _top = ResolveLinks(top);

        // A linked folder is excluded both by its name in the repository and by its target, which may also be in the repository.
        _own =
        [
            .. own.SelectMany(static place => new[]
            {
                place with { Folder = ResolveLinksAbove(place.Folder) },
                place with { Folder = ResolveLinks(place.Folder) },
            }).Distinct(),
        ];
    }

    /// <summary>Finds the files and folders in an entry of <c>git status</c> that the library did not write.</summary>
    /// <param name="entry">The path in the repository. The path of a folder ends in <c>/</c>.</param>
    /// <returns>The entry itself if it contains no files of the library. Otherwise its parts, which may be empty or ignored by
    /// git.</returns>
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
            ? new DirectoryInfo(path).EnumerateFileSystemInfos()
                .SelectMany(below => FindOthers(below.FullName, below is DirectoryInfo && below.LinkTarget is null))
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
        var file = new FileInfo(resolved); // checks LinkTarget first, because ResolveLinkTarget throws an exception for a path that does not exist
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target ? ResolveLinks(target.FullName) : resolved;
    }

    private static string ResolveLinksAbove(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.GetDirectoryName(path) is { } above ? Path.Combine(ResolveLinks(above), Path.GetFileName(path)) : path;
    }

    private string ToEntry(string path, bool isFolder) => Path.GetRelativePath(_top, path).Replace(Path.DirectorySeparatorChar, '/') + (isFolder ? "/" : "");
}
