using System.Collections.Concurrent;

namespace MlOps.Storage;

/// <summary>Sees to it that a file's folders survive a power failure as well as the file.</summary>
internal sealed class DurableFolders(LocalDiskLayout layout)
{
    private const int MostRemembered = 10_000;

    /// <summary>Folders this process has flushed the way to. That one exists says nothing: another writer may have made it an instant ago.</summary>
    private readonly ConcurrentDictionary<string, bool> _reached = new(StringComparer.Ordinal);

    /// <summary>Tells whether this process has flushed the way to a folder, which is there then unless it was deleted elsewhere.</summary>
    public bool IsReached(string folder) => _reached.ContainsKey(folder);

    /// <summary>Creates the root, and flushes every folder that is new for it.</summary>
    public void CreateRoot()
    {
        var missing = new Stack<string>();
        for (var folder = layout.Root; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        layout.CreateFolder(layout.Root);
        foreach (var folder in missing)
        {
            DirectoryFlush.Flush(Path.GetDirectoryName(folder) ?? folder);
        }
    }

    /// <summary>Flushes a folder, and for the first time also those it is in, up to the root.</summary>
    public void Flush(string folder)
    {
        DirectoryFlush.Flush(folder);
        if (IsReached(folder))
        {
            return;
        }

        for (var above = folder; above.Length > layout.Root.Length;)
        {
            above = Path.GetDirectoryName(above)!;
            DirectoryFlush.Flush(above);
        }

        Remember(folder);
    }

    /// <summary>Notes that the way to a folder was flushed, as by a flush of the whole file system.</summary>
    public void Remember(string folder)
    {
        if (_reached.Count >= MostRemembered)
        {
            _reached.Clear();
        }

        _reached[folder] = true;
    }

    /// <summary>Forgets a folder that was deleted: whoever makes it again has to flush the way to it again.</summary>
    public void Forget(string folder) => _reached.TryRemove(folder, out _);
}
