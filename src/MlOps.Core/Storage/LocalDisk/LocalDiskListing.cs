namespace MlOps.Storage;

/// <summary>Lists the artifacts of a local store in the order of their paths.</summary>
/// <remarks>Memory contains the names of one folder for each level. Files are opened one at a time during the enumeration.</remarks>
internal sealed class LocalDiskListing(LocalDiskLayout layout, ArtifactPath? startAfter)
{
    private readonly string? _startAfter = startAfter?.ToString();

    /// <summary>Lists the artifacts below a folder, each with its file.</summary>
    public IEnumerable<(ArtifactPath Path, string File)> Walk(ArtifactPath? prefix, CancellationToken cancellationToken)
    {
        var folder = layout.FolderOf(prefix);
        layout.ThrowIfLinkLeadsTo(folder);
        foreach (var found in Walk(folder, prefix is null ? "" : $"{prefix}/", cancellationToken))
        {
            yield return found;
        }
    }

    private IEnumerable<(ArtifactPath Path, string File)> Walk(string folder, string prefix, CancellationToken cancellationToken)
    {
        foreach (var entry in ReadFolder(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = prefix + entry.Key;
            if (IsBeforeStart(path))
            {
                continue;
            }

            layout.ThrowIfLink(entry.Item);
            if (!entry.IsFolder)
            {
                if (ArtifactPath.TryParse(path, out var artifact))
                {
                    yield return (artifact, entry.Item);
                }

                continue;
            }

            foreach (var below in Walk(entry.Item, path, cancellationToken))
            {
                yield return below;
            }
        }
    }

    /// <summary>
    /// Determines whether a file or folder is skipped. A folder, whose path ends with <c>/</c>, is skipped if all its paths precede the start.
    /// </summary>
    private bool IsBeforeStart(string path) =>
        _startAfter is not null
        && ArtifactPath.TextOrder.Compare(path, _startAfter) <= 0
        && !(path.EndsWith('/') && _startAfter.StartsWith(path, StringComparison.Ordinal));

    private List<Entry> ReadFolder(string folder)
    {
        var entries = new List<Entry>();
        Read(folder, "", entries);
        entries.Sort(static (x, y) => ArtifactPath.TextOrder.Compare(x.Key, y.Key));
        return entries;
    }

    private void Read(string folder, string begun, List<Entry> entries)
    {
        IEnumerable<FileSystemInfo> items;
        try
        {
            items = new DirectoryInfo(folder).GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            return; // The folder was not created yet, or was deleted.
        }

        foreach (var item in items)
        {
            var isFolder = item is DirectoryInfo;
            if (isFolder && FileNames.IsContinued(item.Name))
            {
                layout.ThrowIfLink(item.FullName);
                Read(item.FullName, begun + item.Name[..^1], entries);
            }
            else if (isFolder && FileNames.Decode(begun + item.Name) is { } segment)
            {
                entries.Add(new Entry(segment + "/", item.FullName, IsFolder: true));
            }
            else if (!isFolder && item.Name.EndsWith(FileNames.ArtifactSuffix, StringComparison.Ordinal)
                && FileNames.Decode(begun + item.Name[..^FileNames.ArtifactSuffix.Length]) is { } name)
            {
                entries.Add(new Entry(name, item.FullName, IsFolder: false));
            }
        }
    }

    /// <param name="Key">The segment. A folder has a trailing <c>/</c>, so that it is sorted like its contents.</param>
    /// <param name="Item">The file or folder.</param>
    /// <param name="IsFolder"><see langword="true"/> for a folder.</param>
    private readonly record struct Entry(string Key, string Item, bool IsFolder);
}
