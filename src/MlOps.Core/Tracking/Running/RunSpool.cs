namespace MlOps.Tracking;

/// <summary>Segments of metrics that the store has not taken yet: the first in memory, and files when there are many.</summary>
/// <remarks>Not thread-safe. Files that a process left behind are taken first by the next one that has the run.</remarks>
/// <param name="folder">The folder of the files; created when it is needed.</param>
/// <param name="maxMemory">How many bytes stay in memory.</param>
/// <param name="maxSize">How many bytes the files may have.</param>
internal sealed class RunSpool(string folder, long maxMemory, long maxSize)
{
    private const string Extension = ".segment";
    private readonly Queue<byte[]> _memory = new();
    private readonly Queue<(string File, long Size)> _files = new(FindFiles(folder));
    private long _inMemory;
    private long _inFiles = FindFiles(folder).Sum(static file => file.Size);
    private long _number = FindFiles(folder).Select(static file => long.Parse(Path.GetFileNameWithoutExtension(file.File), System.Globalization.CultureInfo.InvariantCulture)).LastOrDefault();

    /// <summary>Gets a value indicating whether there is nothing to deliver.</summary>
    public bool IsEmpty => _memory.Count == 0 && _files.Count == 0;

    /// <summary>Gets a value indicating whether segments are in files.</summary>
    public bool HasFiles => _files.Count > 0;

    /// <summary>Adds a segment.</summary>
    /// <returns><see langword="false"/> if it could not be kept: there are too many, or the disk is full.</returns>
    public bool TryAdd(byte[] segment)
    {
        if (_files.Count == 0 && _inMemory + segment.Length <= maxMemory)
        {
            _memory.Enqueue(segment);
            _inMemory += segment.Length;
            return true;
        }

        return TryWrite(segment);
    }

    /// <summary>Gets the oldest segment, which stays until <see cref="Remove"/>.</summary>
    public byte[] Peek() => _memory.TryPeek(out var segment) ? segment : File.ReadAllBytes(_files.Peek().File);

    /// <summary>Removes the oldest segment.</summary>
    public void Remove()
    {
        if (_memory.TryDequeue(out var segment))
        {
            _inMemory -= segment.Length;
            return;
        }

        var (file, size) = _files.Dequeue();
        _inFiles -= size;
        File.Delete(file);
    }

    /// <summary>Writes what is in memory to files, so that another process can deliver it.</summary>
    /// <returns><see langword="false"/> if some of it could not be written.</returns>
    public bool TrySave()
    {
        // What is in memory is older than what is in files, so the files are named anew behind it.
        var isSaved = true;
        var files = _files.ToArray();
        _files.Clear();
        while (_memory.TryDequeue(out var segment))
        {
            _inMemory -= segment.Length;
            isSaved &= TryWrite(segment);
        }

        foreach (var (file, size) in files)
        {
            var renamed = NextFile();
            File.Move(file, renamed);
            _files.Enqueue((renamed, size));
        }

        return isSaved;
    }

    /// <summary>Deletes the folder.</summary>
    public void Clear()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string File, long Size)> FindFiles(string folder) => Directory.Exists(folder)
        ? new DirectoryInfo(folder).EnumerateFiles("*" + Extension).OrderBy(static file => file.Name, StringComparer.Ordinal).Select(static file => (file.FullName, file.Length))
        : [];

    private bool TryWrite(byte[] segment)
    {
        if (_inFiles + segment.Length > maxSize)
        {
            return false;
        }

        var file = NextFile();
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(file + ".part", segment);
            File.Move(file + ".part", file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        _files.Enqueue((file, segment.Length));
        _inFiles += segment.Length;
        return true;
    }

    private string NextFile() => Path.Combine(folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{++_number:D20}{Extension}"));
}
