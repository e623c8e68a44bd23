using System.Collections.Concurrent;

namespace MlOps.Storage;

/// <summary>Creates and flushes the folders of a file, so that they survive a power failure.</summary>
internal sealed class DurableFolders(LocalDiskLayout layout)
{
    private const int MostRemembered = 10_000;

    /// <summary>
    /// The folders that this process has flushed. The existence of a folder is not sufficient, because another process may not have flushed it yet.
    /// </summary>
    private readonly ConcurrentDictionary<string, bool> _reached = new(StringComparer.Ordinal);

    /// <summary>Determines whether this process has flushed a folder. Another process may have deleted the folder.</summary>
    public bool IsReached(string folder) => _reached.ContainsKey(folder);

    /// <summary>Creates the root, and flushes all new folders.</summary>
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

    /// <summary>Flushes a folder. The first time, also flushes its parent folders up to the root.</summary>
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

    /// <summary>Records that a folder was flushed, for example by a flush of the whole file system.</summary>
    public void Remember(string folder)
    {
        if (_reached.Count >= MostRemembered)
        {
            _reached.Clear();
        }

        _reached[folder] = true;
    }

    /// <summary>Removes a deleted folder, because it must be flushed again after it is created again.</summary>
    public void Forget(string folder) => _reached.TryRemove(folder, out _);
}
