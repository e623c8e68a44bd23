using System.Text.RegularExpressions;
using MlOps.Storage;

namespace MlOps.Content;

/// <summary>Stores cached files as <c>&lt;folder&gt;/ab/&lt;digest&gt;</c> and deletes the least recently used files when the maximum size is
/// exceeded.</summary>
/// <remarks>
/// <para>Thread-safe, also across processes. A file is renamed into place when it is complete, and never changes afterwards. The last-write time
/// of a file is set to the time of its last use, because most file systems do not record reads. Members throw only exceptions of the operating
/// system.</para>
/// <para>The file <c>.mlops-content-cache</c> marks a folder as a cache. A folder without this marker that contains files with names of cached
/// files may belong to another program and is not used. In a marked folder, only files with names of cached files are deleted, and links are not
/// followed.</para>
/// </remarks>
internal sealed partial class CacheFolder(string folder, long maxSize, TimeProvider timeProvider)
{
    /// <summary>The folder is listed again after this fraction of the maximum size was added. The listing finds files that other processes
    /// added.</summary>
    private const int ReadingsPerFilling = 16;

    private const string MarkName = ".mlops-content-cache";
    private static readonly TimeSpan s_oldestDownload = TimeSpan.FromHours(1);
    private readonly string _mark = Path.Combine(folder, MarkName);
    private readonly Lock _lock = new();

    /// <summary>The size of all files when the folder was last listed, plus the files added since; <see langword="null"/> before the first
    /// listing.</summary>
    private long? _size;
    private long _added;

    /// <summary>The size of the files that are being downloaded.</summary>
    private long _pending;

    /// <summary>Gets the pattern of the names that the cache creates directly below its folder.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Opens a file and records its use.</summary>
    /// <returns>The file, or <see langword="null"/> if it does not exist.</returns>
    public FileStream? TryOpen(Sha256Digest digest)
    {
        var file = PathOf(digest);
        if (!File.Exists(_mark) || PrivateFolder.IsLink(Path.GetDirectoryName(file)!) || PrivateFolder.IsLink(file))
        {
            return null;
        }

        try
        {
            // With FileShare.Delete, another process can delete the file while it is read.
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

    /// <summary>Adds a file, and deletes other files to make room for it.</summary>
    /// <returns><see langword="true"/> if the file was added; <see langword="false"/> if there is not enough room.</returns>
    /// <exception cref="ArtifactIntegrityException">The content does not match its digest. Nothing was added.</exception>
    /// <exception cref="IOException">The folder is not a cache of this library, or the user cannot write to it.</exception>
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

    /// <summary>Deletes a file if it exists.</summary>
    public void Delete(Sha256Digest digest) => VerifiedFiles.TryDelete(PathOf(digest));

    /// <summary>Marks the folder as a cache, unless it contains files with names of cached files.</summary>
    private void Claim()
    {
        if (File.Exists(_mark))
        {
            return;
        }

        // Check the marker again: another process may have created it and added a file in the meantime.
        if (ReadFolder().Count > 0 && !File.Exists(_mark))
        {
            throw new IOException(
                $"The folder '{folder}' contains files with names of cached files but no file '{MarkName}', so it may belong to another program. "
                + "Set MlOps:Content:Cache:Folder to an empty folder. If the folder is the cache of an earlier version of this library, delete it.");
        }

        PrivateFolder.Create(folder);
        // Several processes may create the marker at the same time.
        using var mark = new FileStream(_mark, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Restricts access to a file to its owner.</summary>
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
            // Another process deleted the file to make room.
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

    /// <summary>Lists the complete files, and deletes incomplete downloads of processes that ended.</summary>
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

    /// <summary>Matches the names that <see cref="ArtifactContent.SaveAsync"/> gives to incomplete files.</summary>
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
            // The file was deleted, or the disk is read-only. The cache still serves files from a read-only disk.
        }
    }

    private string PathOf(Sha256Digest digest)
    {
        var digits = digest.ToString();
        return Path.Combine(folder, digits[..2], digits);
    }
}
