using MlOps.Storage;

namespace MlOps.Content;

/// <summary>The files of the cache, <c>&lt;folder&gt;/ab/&lt;digest&gt;</c>, kept below a size by deleting those used least recently.</summary>
/// <remarks>
/// Thread-safe, and for any number of processes: a file appears complete, by renaming, and is never changed after. When it was used last is its time of last
/// writing, which is set explicitly, because most systems do not record reading. Only an operating system's exceptions come out.
/// </remarks>
internal sealed class CacheFolder(string folder, long maxSize, TimeProvider timeProvider)
{
    /// <summary>What other processes have added is seen when the folder is read, which is when so much of the size was added by this one.</summary>
    private const int ReadingsPerFilling = 16;

    private static readonly TimeSpan s_oldestDownload = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();

    /// <summary>The bytes of all files when the folder was last read, and those added since; <see langword="null"/> before.</summary>
    private long? _size;
    private long _added;

    /// <summary>The bytes of files that are being downloaded.</summary>
    private long _pending;

    /// <summary>Opens a file and notes its use.</summary>
    /// <returns>The file, or <see langword="null"/> if it is not there.</returns>
    public FileStream? TryOpen(Sha256Digest digest)
    {
        var file = PathOf(digest);
        try
        {
            // Who reads goes on reading when the file is deleted meanwhile.
            var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            NoteUse(file);
            return stream;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Adds a file, making room for it.</summary>
    /// <returns>Whether there was room for it.</returns>
    /// <exception cref="ArtifactIntegrityException">The content is not what its digest says; nothing was added.</exception>
    public async Task<bool> TryAddAsync(Sha256Digest digest, ArtifactContent content, CancellationToken cancellationToken)
    {
        var size = content.Info.Size;
        if (size > maxSize || !TryReserve(size))
        {
            return false;
        }

        var isAdded = false;
        try
        {
            var file = PathOf(digest);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await content.SaveAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
            NoteUse(file);
            return isAdded = true;
        }
        finally
        {
            Release(size, isAdded);
        }
    }

    /// <summary>Deletes a file, if it is there.</summary>
    public void Delete(Sha256Digest digest) => TryDelete(PathOf(digest));

    private bool TryReserve(long size)
    {
        lock (_lock)
        {
            if (_size is null || _size + _pending + size > maxSize || _added > maxSize / ReadingsPerFilling)
            {
                (_size, _added) = (DeleteUntilFits(_pending + size), 0);
            }

            if (_size + _pending + size > maxSize)
            {
                return false;
            }

            _pending += size;
            return true;
        }
    }

    private void Release(long size, bool isAdded)
    {
        lock (_lock)
        {
            _pending -= size;
            if (isAdded)
            {
                _size += size;
                _added += size;
            }
        }
    }

    private long DeleteUntilFits(long needed)
    {
        var files = ReadFolder();
        files.Sort(static (x, y) => x.LastWriteTimeUtc.CompareTo(y.LastWriteTimeUtc));
        var size = files.Sum(static file => file.Length);
        foreach (var file in files)
        {
            if (size + needed <= maxSize)
            {
                break;
            }

            if (TryDelete(file.FullName))
            {
                size -= file.Length;
            }
        }

        return size;
    }

    /// <summary>Finds the complete files, and deletes what killed processes left of downloads.</summary>
    private List<FileInfo> ReadFolder()
    {
        var files = new List<FileInfo>();
        var folders = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateDirectories("??") : [];
        foreach (var file in folders.SelectMany(static below => below.EnumerateFiles()))
        {
            var isComplete = Sha256Digest.TryParse(file.Name, out var digest) && file.FullName == Path.GetFullPath(PathOf(digest));
            if (isComplete && file.Exists)
            {
                files.Add(file);
            }
            else if (file.Name.EndsWith(".partial", StringComparison.Ordinal) && timeProvider.GetUtcNow() - file.LastWriteTimeUtc > s_oldestDownload)
            {
                TryDelete(file.FullName);
            }
        }

        return files;
    }

    private void NoteUse(string file)
    {
        try
        {
            File.SetLastWriteTimeUtc(file, timeProvider.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Deleted meanwhile, or on a disk that cannot be written, from which the cache still serves.
        }
    }

    private static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // another process has it open on Windows, or the disk cannot be written
        }
    }

    private string PathOf(Sha256Digest digest)
    {
        var digits = digest.ToString();
        return Path.Combine(folder, digits[..2], digits);
    }
}
