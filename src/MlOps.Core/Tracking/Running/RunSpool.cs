using System.Globalization;
using System.Text.RegularExpressions;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A queue of metric segments that the store has not accepted yet. The first segments are in memory, and further segments are in
/// files.</summary>
/// <remarks>Not thread-safe. The name of a file is the number of its segment, so that the next process delivers the remaining segments in
/// the same order. Only files with names of this pattern are read and deleted, and none if the folder is a symbolic link. Only the user can
/// access the folder and its files.</remarks>
internal sealed partial class RunSpool
{
    private const string Extension = ".segment";
    private readonly string _folder;
    private readonly long _maxMemory;
    private readonly long _maxSize;
    private readonly LinkedList<Segment> _segments;
    private long _inMemory;
    private long _inFiles;
    private long _number;

    /// <param name="folder">The folder of the files. It is created when it is needed.</param>
    /// <param name="maxMemory">The maximum number of bytes in memory.</param>
    /// <param name="maxSize">The maximum number of bytes in files.</param>
    public RunSpool(string folder, long maxMemory, long maxSize)
    {
        _folder = folder;
        _maxMemory = maxMemory;
        _maxSize = maxSize;
        _segments = new(ListOwn()
            .Where(static file => file.Extension == Extension)
            .Select(static file => new Segment(long.Parse(Path.GetFileNameWithoutExtension(file.Name), CultureInfo.InvariantCulture), file.Length, Bytes: null))
            .OrderBy(static segment => segment.Number));
        _inFiles = _segments.Sum(static segment => segment.Size);
        _number = _segments.Last?.Value.Number ?? 0;
    }

    /// <summary>Gets the exception with which the last write of a file failed; <see langword="null"/> if it succeeded.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gets the number of files that were missing or could not be read.</summary>
    public int Lost { get; private set; }

    /// <summary>Gets a value indicating whether the queue is empty.</summary>
    public bool IsEmpty => _segments.Count == 0;

    /// <summary>Adds a segment.</summary>
    /// <returns><see langword="false"/> if the spool or its disk is full.</returns>
    public bool TryAdd(byte[] segment)
    {
        var added = new Segment(++_number, segment.Length, segment);
        if (_inMemory + segment.Length <= _maxMemory)
        {
            _inMemory += segment.Length;
        }
        else if (TryWrite(added))
        {
            added = added with { Bytes = null };
        }
        else
        {
            return false;
        }

        _segments.AddLast(added);
        return true;
    }

    /// <summary>Gets the oldest segment without removing it. Files that are missing or cannot be read are skipped and counted.</summary>
    public bool TryPeek(out byte[] segment)
    {
        while (_segments.First?.Value is { } oldest)
        {
            try
            {
                segment = oldest.Bytes ?? File.ReadAllBytes(FileOf(oldest));
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _inFiles -= oldest.Size;
                _segments.RemoveFirst();
                Lost++;
            }
        }

        segment = [];
        return false;
    }

    /// <summary>Removes the oldest segment.</summary>
    public void Remove()
    {
        if (_segments.First?.Value is not { } oldest)
        {
            return;
        }

        _segments.RemoveFirst();
        if (oldest.Bytes is not null)
        {
            _inMemory -= oldest.Size;
        }
        else
        {
            _inFiles -= oldest.Size;
            TryChange(() => File.Delete(FileOf(oldest)));
        }
    }

    /// <summary>Writes the segments in memory to files, so that another process can deliver them.</summary>
    /// <returns><see langword="false"/> if a segment could not be written and remains in memory.</returns>
    public bool TrySave()
    {
        for (var node = _segments.First; node is not null; node = node.Next)
        {
            if (node.Value.Bytes is null)
            {
                continue;
            }

            if (!TryWrite(node.Value))
            {
                return false;
            }

            _inMemory -= node.Value.Size;
            node.Value = node.Value with { Bytes = null };
        }

        return true;
    }

    /// <summary>Deletes the folder if it is empty. Remaining files can belong to another writer of the run.</summary>
    public void Clear()
    {
        foreach (var file in ListOwn().Where(static file => file.Extension != Extension).ToArray())
        {
            TryChange(file.Delete);
        }

        if (Directory.Exists(_folder) && !PrivateFolder.IsLink(_folder))
        {
            TryChange(() => Directory.Delete(_folder));
        }
    }

    private bool TryWrite(Segment segment)
    {
        if (_inFiles + segment.Size > _maxSize)
        {
            Failure = null;
            return false;
        }

        var file = FileOf(segment);
        var isWritten = TryChange(() =>
        {
            PrivateFolder.ThrowIfLink(_folder);
            PrivateFolder.Create(_folder);
            WriteNew(file + ".part", segment.Bytes!);
            File.Move(file + ".part", file);
        });
        _inFiles += isWritten ? segment.Size : 0;
        return isWritten;
    }

    /// <summary>Writes a new file. An existing file, which a stopped process left, is deleted first, so that the write does not follow a
    /// link.</summary>
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

    private string FileOf(Segment segment) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{segment.Number:D20}{Extension}"));

    /// <summary>A segment.</summary>
    /// <param name="Number">The number, which is the name of the file.</param>
    /// <param name="Size">The size in bytes.</param>
    /// <param name="Bytes">The content; <see langword="null"/> if it is in a file.</param>
    private sealed record Segment(long Number, long Size, byte[]? Bytes);
}
