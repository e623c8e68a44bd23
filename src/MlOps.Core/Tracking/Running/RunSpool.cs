using System.Globalization;
using System.Text.RegularExpressions;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>Segments of metrics that the store has not taken yet: the first in memory, and files when there are many.</summary>
/// <remarks>
/// Not thread-safe. Files that a process left behind are taken first by the next one that has the run. Only files with the names that a spool gives are read and
/// deleted, and none if the folder is a symbolic link. The folder and its files are private to the user.
/// </remarks>
internal sealed partial class RunSpool
{
    private const string Extension = ".segment";
    private readonly string _folder;
    private readonly long _maxMemory;
    private readonly long _maxSize;
    private readonly Queue<byte[]> _memory = new();
    private readonly Queue<(string File, long Size)> _files;
    private long _inMemory;
    private long _inFiles;
    private long _number;

    /// <param name="folder">The folder of the files; created when it is needed.</param>
    /// <param name="maxMemory">How many bytes stay in memory.</param>
    /// <param name="maxSize">How many bytes the files may have.</param>
    public RunSpool(string folder, long maxMemory, long maxSize)
    {
        _folder = folder;
        _maxMemory = maxMemory;
        _maxSize = maxSize;
        _files = new(ListOwn().Where(static file => file.Extension == Extension).OrderBy(static file => file.Name, StringComparer.Ordinal).Select(static file => (file.FullName, file.Length)));
        _inFiles = _files.Sum(static file => file.Size);
        _number = _files.Count == 0 ? 0 : long.Parse(Path.GetFileNameWithoutExtension(_files.Last().File), CultureInfo.InvariantCulture);
    }

    /// <summary>Gets the reason why the last file could not be written; <see langword="null"/> if it could.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gets how many files were gone or could not be read.</summary>
    public int Lost { get; private set; }

    /// <summary>Gets a value indicating whether there is nothing to deliver.</summary>
    public bool IsEmpty => _memory.Count == 0 && _files.Count == 0;

    /// <summary>Adds a segment.</summary>
    /// <returns><see langword="false"/> if it could not be kept: there are too many, or the disk is full.</returns>
    public bool TryAdd(byte[] segment)
    {
        if (_files.Count == 0 && _inMemory + segment.Length <= _maxMemory)
        {
            _memory.Enqueue(segment);
            _inMemory += segment.Length;
            return true;
        }

        return TryWrite(segment);
    }

    /// <summary>Gets the oldest segment, which stays until <see cref="Remove"/>. Files that are gone or cannot be read are passed over and counted.</summary>
    public bool TryPeek(out byte[] segment)
    {
        if (_memory.TryPeek(out segment!))
        {
            return true;
        }

        while (_files.TryPeek(out var oldest))
        {
            try
            {
                segment = File.ReadAllBytes(oldest.File);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _inFiles -= _files.Dequeue().Size;
                Lost++;
            }
        }

        segment = [];
        return false;
    }

    /// <summary>Removes the oldest segment.</summary>
    public void Remove()
    {
        if (_memory.TryDequeue(out var segment))
        {
            _inMemory -= segment.Length;
        }
        else if (_files.TryDequeue(out var oldest))
        {
            _inFiles -= oldest.Size;
            TryChange(() => File.Delete(oldest.File));
        }
    }

    /// <summary>Writes what is in memory to files, so that another process can deliver it.</summary>
    /// <returns><see langword="false"/> if some of it could not be written, and is in memory still.</returns>
    public bool TrySave()
    {
        // What is in memory is older than what is in files, so the files are named anew behind it.
        var files = _files.ToArray();
        var saved = 0;
        while (_memory.TryPeek(out var segment) && TryWrite(segment))
        {
            _memory.Dequeue();
            _inMemory -= segment.Length;
            saved++;
        }

        for (var i = 0; saved > 0 && i < files.Length; i++)
        {
            var (file, size) = _files.Dequeue();
            var renamed = NextFile();
            _files.Enqueue((TryChange(() => File.Move(file, renamed)) ? renamed : file, size));
        }

        return _memory.Count == 0;
    }

    /// <summary>Deletes the spool's files, and the folder unless it has others.</summary>
    public void Clear()
    {
        foreach (var file in ListOwn().ToArray())
        {
            TryChange(file.Delete);
        }

        if (Directory.Exists(_folder) && !PrivateFolder.IsLink(_folder))
        {
            TryChange(() => Directory.Delete(_folder));
        }
    }

    private bool TryWrite(byte[] segment)
    {
        if (_inFiles + segment.Length > _maxSize)
        {
            Failure = null;
            return false;
        }

        var file = NextFile();
        var isWritten = TryChange(() =>
        {
            PrivateFolder.ThrowIfLink(_folder);
            PrivateFolder.Create(_folder);
            WriteNew(file + ".part", segment);
            File.Move(file + ".part", file);
        });
        if (isWritten)
        {
            _files.Enqueue((file, segment.Length));
            _inFiles += segment.Length;
        }

        return isWritten;
    }

    /// <summary>Writes a new file. What a killed process left of one with the same name is deleted, so that nothing is written through a link.</summary>
    private static void WriteNew(string file, byte[] bytes)
    {
        File.Delete(file);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = PrivateFolder.FileMode;
        }

        using var stream = new FileStream(file, options);
        stream.Write(bytes);
    }

    [GeneratedRegex(@"^[0-9]{20}\.segment(\.part)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    private IEnumerable<FileInfo> ListOwn() => Directory.Exists(_folder) && !PrivateFolder.IsLink(_folder)
        ? new DirectoryInfo(_folder).EnumerateFiles().Where(static file => OwnName().IsMatch(file.Name) && file.LinkTarget is null)
        : [];

    private bool TryChange(Action change)
    {
        try
        {
            change();
            Failure = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Failure = exception;
            return false;
        }
    }

    private string NextFile() => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{++_number:D20}{Extension}"));
}
