using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>Manages folders of verified files below one root folder on the local disk. Folders are created and deleted atomically.</summary>
/// <remarks>
/// <para>Safe for concurrent use by several processes. A folder is filled as <c>.partial-&lt;id&gt;</c> and then renamed. Only entries whose names this
/// class generates are deleted, and never through a symbolic link.</para>
/// <para>The folders are accessible to the user only.</para>
/// </remarks>
/// <param name="folder">The root folder.</param>
/// <param name="names">The pattern of the folder names.</param>
/// <param name="mark">The name of the marker file in each folder. A folder without it is not deleted.</param>
/// <param name="timeProvider">The clock for the age of partial folders.</param>
/// <param name="logger">The logger for failed deletions.</param>
internal sealed partial class VerifiedFolders(string folder, Regex names, string mark, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>The name of the subfolder with the verified files.</summary>
    public const string FilesName = "files";

    private const string PartialPrefix = ".partial-";
    private const string LockSuffix = ".lock";
    private const int MaxAttempts = 3;
    private static readonly TimeSpan s_longestFill = TimeSpan.FromDays(1);

    /// <summary>Gets the root folder.</summary>
    public string Folder => folder;

    /// <summary>Creates a unique path for an incomplete file or folder.</summary>
    public static string NewPartial(string folder) => Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");

    /// <summary>Fills a folder if it is missing or its files are damaged, and verifies the files.</summary>
    /// <param name="name">The name of the folder.</param>
    /// <param name="files">The expected files.</param>
    /// <param name="fillAsync">Writes the marker file and the files to a folder.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The full path of the verified files.</returns>
    /// <exception cref="IOException">Another process changes the files, or the disk is not writable.</exception>
    public async Task<string> EnsureAsync(
        string name, IReadOnlyList<ContentFile> files, Func<string, CancellationToken, Task> fillAsync, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(Path.Combine(folder, name));
        var path = Path.Combine(target, FilesName);
        for (var attempt = 0; !await VerifiedFiles.AreIntactAsync(path, files, cancellationToken).ConfigureAwait(false); attempt++)
        {
            if (attempt == MaxAttempts)
            {
                throw new IOException(
                    $"Another process changed the files in '{target}' after each of {MaxAttempts} copies. "
                    + $"Set {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:CacheFolder to a separate folder for each process.");
            }

            await FillAsync(target, fillAsync, cancellationToken).ConfigureAwait(false);
        }

        return path;
    }

    /// <summary>Deletes folders that are no longer needed, and partial folders of terminated processes. Never throws.</summary>
    /// <param name="kept">The names of the folders to keep.</param>
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

    /// <summary>Matches the names of incomplete folders and files, their lock files, and folders that are being deleted.</summary>
    [GeneratedRegex(@"^\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PartialName();

    private static bool IsPartial(string path) => PartialName().IsMatch(Path.GetFileName(path));

    private bool IsComplete(string path) => names.IsMatch(Path.GetFileName(path));

    /// <summary>Lists the folders and files that this class created, in this or another process.</summary>
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

    /// <summary>Determines whether an entry is no longer needed, or was left by a terminated process.</summary>
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
                // The existing files are damaged, because this method is called only if the verification failed.
                MoveAway(target, partial);
            }

            try
            {
                Directory.Move(partial, target);
            }
            catch (IOException) when (Directory.Exists(target))
            {
                // Another process created the folder first. The caller verifies its files.
                Delete(partial);
            }
        }
        catch
        {
            Delete(partial);
            throw;
        }
    }

    /// <summary>Deletes partial folders of terminated processes, so that repeated crashes do not fill the disk.</summary>
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

    /// <summary>Locks a partial folder. The operating system releases the lock when the process ends.</summary>
    /// <returns>The lock, or <see langword="null"/> if another process or call holds it.</returns>
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

    /// <summary>Deletes an entry. A complete folder is renamed first, so that no process finds it partly deleted.</summary>
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

    [LoggerMessage(621, LogLevel.Warning, "'{Folder}' is no longer needed and could not be deleted. Delete it manually.")]
    private partial void LogNotDeleted(Exception exception, string folder);

    [LoggerMessage(
        623,
        LogLevel.Warning,
        "The cache folder '{Folder}' is a symbolic link, so old versions in it are not deleted. Replace the link with a folder, or change CacheFolder.")]
    private partial void LogLink(string folder);
}
