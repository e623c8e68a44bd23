using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Folders of verified files below one folder on the local disk. Each appears whole, and disappears in one step.</summary>
/// <remarks>
/// <para>For any number of processes. A folder is filled as <c>.partial-&lt;id&gt;</c> and then renamed. Only entries with the names that this class gives
/// are deleted,
/// none through a symbolic link.</para>
/// <para>Folders are private to the user.</para>
/// </remarks>
/// <param name="folder">The folder of all.</param>
/// <param name="names">The pattern of the names of the folders.</param>
/// <param name="mark">The file that each folder has beside its verified files. A folder without it is not deleted.</param>
/// <param name="timeProvider">The clock for the age of partial folders.</param>
/// <param name="logger">Receives failed deletions.</param>
internal sealed partial class VerifiedFolders(string folder, Regex names, string mark, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The folder of the verified files, below their entry.</summary>
    public const string FilesName = "files";

    private const string PartialPrefix = ".partial-";
    private const string LockSuffix = ".lock";
    private const int MostAttempts = 3;
    private static readonly TimeSpan s_longestFill = TimeSpan.FromDays(1);

    /// <summary>Gets the folder of all.</summary>
    public string Folder => folder;

    /// <summary>Makes the path of a file or folder that is not complete yet.</summary>
    public static string NewPartial(string folder) => Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");

    /// <summary>Fills a folder if it is not there or its files are damaged, and verifies it.</summary>
    /// <param name="name">The name of the folder.</param>
    /// <param name="files">The files that it has.</param>
    /// <param name="fillAsync">Writes the mark and the files to a folder.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The full path of the verified files.</returns>
    /// <exception cref="IOException">Another process changes the files, or the disk cannot be written.</exception>
    public async Task<string> EnsureAsync(
        string name, IReadOnlyList<ContentFile> files, Func<string, CancellationToken, Task> fillAsync, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(Path.Combine(folder, name));
        var path = Path.Combine(target, FilesName);
        for (var attempt = 0; !await VerifiedFiles.AreIntactAsync(path, files, cancellationToken).ConfigureAwait(false); attempt++)
        {
            if (attempt == MostAttempts)
            {
                throw new IOException(
                    $"The files in '{target}' are changed by somebody else as soon as they are there. "
                    + $"Give every process a cache folder of its own, by {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:CacheFolder.");
            }

            await FillAsync(target, fillAsync, cancellationToken).ConfigureAwait(false);
        }

        return path;
    }

    /// <summary>Deletes folders that are no longer needed, and partial ones of processes that died. Never throws.</summary>
    /// <param name="kept">The names of the folders that stay.</param>
    public void DeleteOthers(HashSet<string?> kept)
    {
        try
        {
            foreach (var path in ListOwn().Where(path => IsOld(path, kept)).ToArray())
            {
                Discard(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(exception, folder);
        }
    }

    /// <summary>The names of folders and files that are not complete yet, of their locks, and of folders that are about to be deleted.</summary>
    [GeneratedRegex(@"^\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PartialName();

    private static bool IsPartial(string path) => PartialName().IsMatch(Path.GetFileName(path));

    private bool IsComplete(string path) => names.IsMatch(Path.GetFileName(path));

    /// <summary>Lists the folders and files that this process, or another one, created.</summary>
    private IEnumerable<string> ListOwn()
    {
        if (PrivateFolder.IsLink(folder))
        {
            LogLink(folder);
            return [];
        }

        return Directory.EnumerateFileSystemEntries(folder)
            .Where(path => !PrivateFolder.IsLink(path) && (IsPartial(path) || (IsComplete(path) && File.Exists(Path.Combine(path, mark)))));
    }

    /// <summary>Determines whether an entry is no longer needed, or was left by a process that died.</summary>
    private bool IsOld(string path, HashSet<string?> kept) => IsComplete(path)
        ? !kept.Contains(Path.GetFileName(path))
        : timeProvider.GetUtcNow() - Directory.GetLastWriteTimeUtc(path) > s_longestFill;

    private async Task FillAsync(string target, Func<string, CancellationToken, Task> fillAsync, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(folder);
        DeleteAbandoned();
        var partial = NewPartial(folder);
        using var alive = TryLock(partial);
        try
        {
            Directory.CreateDirectory(partial);
            await fillAsync(partial, cancellationToken).ConfigureAwait(false);
            if (Directory.Exists(target))
            {
                // The files are damaged, or they would have been used.
                MoveAway(target, partial);
            }

            try
            {
                Directory.Move(partial, target);
            }
            catch (IOException) when (Directory.Exists(target))
            {
                // Another process was first; its files are verified before they are used.
                Delete(partial);
            }
        }
        catch
        {
            Delete(partial);
            throw;
        }
    }

    /// <summary>Deletes folders of processes that died while they filled them, so that repeated failures do not fill the disk.</summary>
    private void DeleteAbandoned()
    {
        foreach (var partial in ListOwn().Where(static path => IsPartial(path) && Directory.Exists(path)).ToArray())
        {
            using var abandoned = TryLock(partial);
            if (abandoned is not null)
            {
                Delete(partial);
            }
        }
    }

    /// <summary>Locks a folder that is being filled, until the process ends at the latest.</summary>
    /// <returns><see langword="null"/> if another process, or another call, has the lock.</returns>
    private static FileStream? TryLock(string partial)
    {
        try
        {
            return new FileStream(partial + LockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Deletes an entry. A folder disappears in one step, so that no process finds half of it.</summary>
    private void Discard(string path)
    {
        if (IsPartial(path))
        {
            Delete(path);
            return;
        }

        try
        {
            MoveAway(path, NewPartial(folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(exception, path);
        }
    }

    private void MoveAway(string target, string partial)
    {
        Directory.Move(target, $"{partial}-damaged");
        Delete($"{partial}-damaged");
    }

    private void Delete(string path)
    {
        if (VerifiedFiles.TryDelete(path) is { } exception)
        {
            LogNotDeleted(exception, path);
        }
    }

    [LoggerMessage(621, LogLevel.Warning, "'{Folder}' is no longer needed and could not be deleted. Delete it by hand.")]
    private partial void LogNotDeleted(Exception exception, string folder);

    [LoggerMessage(
        623,
        LogLevel.Warning,
        "The cache folder '{Folder}' is a symbolic link, so versions that are no longer needed are not deleted there. Replace the link, or set CacheFolder.")]
    private partial void LogLink(string folder);
}
