using System.Text.RegularExpressions;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>The files of the cache, <c>&lt;folder&gt;/ab/&lt;digest&gt;</c>, kept below a size by deleting those used least recently.</summary>
/// <remarks>
/// Thread-safe, and for any number of processes: a file appears complete, by renaming, and is never changed after. When it was used last is its time of last
/// writing, which is set explicitly, because most systems do not record reading. Only an operating system's exceptions come out.
/// <para>The file <c>.mlops-content-cache</c> marks a folder as a cache. A folder that has files named like cached ones and no mark is another program's and is
/// not used. In a marked folder only files with the names that the cache gives are deleted, and none behind a link.</para>
/// </remarks>
internal sealed partial class CacheFolder(string folder, long maxSize, TimeProvider timeProvider)
{
    /// <summary>What other processes have added is seen when the folder is read, which is when so much of the size was added by this one.</summary>
    private const int ReadingsPerFilling = 16;

    private const string MarkName = ".mlops-content-cache";
    private static readonly TimeSpan s_oldestDownload = TimeSpan.FromHours(1);
    private readonly string _mark = Path.Combine(folder, MarkName);
    private readonly Lock _lock = new();

    /// <summary>The bytes of all files when the folder was last read, and those added since; <see langword="null"/> before.</summary>
    private long? _size;
    private long _added;

    /// <summary>The bytes of files that are being downloaded.</summary>
    private long _pending;

    /// <summary>Gets the pattern of the names that the cache creates directly in its folder.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Opens a file and notes its use.</summary>
    /// <returns>The file, or <see langword="null"/> if it is not there.</returns>
    public FileStream? TryOpen(Sha256Digest digest)
    {
        var file = PathOf(digest);
        if (!File.Exists(_mark) || PrivateFolder.IsLink(Path.GetDirectoryName(file)!) || PrivateFolder.IsLink(file))
        {
            return null;
        }

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
    /// <exception cref="IOException">The folder is not a cache of this library, or cannot be written.</exception>
    public async Task<bool> TryAddAsync(Sha256Digest digest, ArtifactContent content, CancellationToken cancellationToken)
    {
        Claim();
        var size = content.Info.Size;
        if (size > maxSize || !TryReserve(size))
        {
            return false;
        }

        var isAdded = false;
        try
        {
            var file = PathOf(digest);
            PrivateFolder.ThrowIfLink(Path.GetDirectoryName(file)!);
            PrivateFolder.Create(Path.GetDirectoryName(file)!);
            await content.SaveAsync(file, cancellationToken: cancellationToken).ConfigureAwait(false);
            Restrict(file);
            NoteUse(file);
            return isAdded = true;
        }
        finally
        {
            Release(size, isAdded);
        }
    }

    /// <summary>Deletes a file, if it is there.</summary>
    public void Delete(Sha256Digest digest) => VerifiedFiles.TryDelete(PathOf(digest));

    /// <summary>Marks the folder as a cache, unless it has files that are named like cached ones and that no cache put there.</summary>
    private void Claim()
    {
        if (File.Exists(_mark))
        {
            return;
        }

        // The mark is looked for again, because another process may have made it and added a file since.
        if (ReadFolder().Count > 0 && !File.Exists(_mark))
        {
            throw new IOException(
                $"'{folder}' has files that are named like cached ones but no file '{MarkName}', so it may be another program's. "
                + $"Set MlOps:Content:Cache:Folder to an empty folder. If it is the cache of an earlier version of this library, delete the folder.");
        }

        PrivateFolder.Create(folder);
        using var mark = new FileStream(_mark, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete); // by several at once
    }

    /// <summary>Makes a file private to the user.</summary>
    private static void Restrict(string file)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, PrivateFolder.FileMode);
            }
        }
        catch (FileNotFoundException)
        {
            // Another process has made room meanwhile.
        }
    }

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

            if (VerifiedFiles.TryDelete(file.FullName) is null)
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
        var folders = Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateDirectories("??").Where(static below => below.LinkTarget is null) : [];
        foreach (var file in folders.SelectMany(static below => below.EnumerateFiles()).Where(static file => file.LinkTarget is null))
        {
            var isComplete = Sha256Digest.TryParse(file.Name, out var digest) && file.FullName == Path.GetFullPath(PathOf(digest));
            if (isComplete && file.Exists)
            {
                files.Add(file);
            }
            else if (OwnDownload().IsMatch(file.Name) && File.Exists(_mark) && timeProvider.GetUtcNow() - file.LastWriteTimeUtc > s_oldestDownload)
            {
                VerifiedFiles.TryDelete(file.FullName);
            }
        }

        return files;
    }

    /// <summary>The names that <see cref="ArtifactContent.SaveAsync"/> gives to files that are not complete yet.</summary>
    [GeneratedRegex(@"^\.[0-9a-f]{32}\.partial\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnDownload();

    [GeneratedRegex(@"^([0-9a-f]{2}|\.mlops-content-cache)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

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

    private string PathOf(Sha256Digest digest)
    {
        var digits = digest.ToString();
        return Path.Combine(folder, digits[..2], digits);
    }
}
