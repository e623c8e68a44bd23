using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>The versions of one served model on the local disk: copied once, and verified before every load.</summary>
/// <remarks>
/// A version is the folder <c>&lt;number&gt;-&lt;digest&gt;</c>, which appears whole, with <c>version.json</c> and <c>files/</c>. Nothing else in the folder is touched, and nothing is deleted through a symbolic link.
/// The folder of a loaded version stays until the version is unloaded. Folders are private to the user.
/// </remarks>
internal sealed partial class VersionFolders(string folder, TimeProvider timeProvider, ILogger logger)
{
    private const string DocumentName = "version.json";
    private const string FilesName = "files";
    private const string PartialPrefix = ".partial-";
    private const string LockSuffix = ".lock";
    private const int DigestDigits = 16;
    private const int MostAttempts = 3;
    private static readonly TimeSpan s_longestFetch = TimeSpan.FromDays(1);
    private readonly HashSet<LoadedVersion> _loaded = [];

    /// <summary>Gets the folder of the model.</summary>
    public string Folder => folder;

    /// <summary>Gets the pattern of the names that the library creates directly in the folder of a model.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Gets the name of the folder of a version.</summary>
    public static string NameOf(ModelVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number}-{version.Manifest.ToString()[..DigestDigits]}");

    /// <summary>Makes the path of a file or folder that is not complete yet.</summary>
    public static string NewPartial(string folder) => Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");

    /// <summary>Brings the files of a version to the local disk if they are not there, and verifies them.</summary>
    /// <param name="version">The version.</param>
    /// <param name="files">Its files.</param>
    /// <param name="examples">Its golden examples.</param>
    /// <param name="restoreAsync">Writes the files to a folder.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="IOException">Another process changes the files, or the disk cannot be written.</exception>
    public async Task<LocalVersion> FetchAsync(
        ModelVersion version,
        IReadOnlyList<ContentFile> files,
        IReadOnlyList<GoldenExample> examples,
        Func<string, CancellationToken, Task> restoreAsync,
        CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, NameOf(version));
        var path = Path.Combine(target, FilesName);
        for (var attempt = 0; !await VerifiedFiles.AreIntactAsync(path, files, cancellationToken).ConfigureAwait(false); attempt++)
        {
            if (attempt == MostAttempts)
            {
                throw new IOException($"The files in '{target}' are changed by somebody else as soon as they are there. Give every process a cache folder of its own, by {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:CacheFolder.");
            }

            var document = new LocalVersionDocument { Format = StoredDocument.Format, Version = version, Files = files, Examples = examples };
            await RestoreAsync(document, restoreAsync, target, cancellationToken).ConfigureAwait(false);
        }

        return new LocalVersion { Metadata = version, Folder = Path.GetFullPath(path), Examples = examples };
    }

    /// <summary>Finds a version by the name of its folder, if its files are still what they were.</summary>
    public async Task<LocalVersion?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            if (!VersionFolder().IsMatch(name))
            {
                return null;
            }

            var json = await File.ReadAllBytesAsync(Path.Combine(folder, name, DocumentName), cancellationToken).ConfigureAwait(false);
            var document = JsonSerializer.Deserialize(json, ServingJson.Default.LocalVersionDocument);
            var files = Path.GetFullPath(Path.Combine(folder, name, FilesName));
            return document is not null && await VerifiedFiles.AreIntactAsync(files, document.Files, cancellationToken).ConfigureAwait(false)
                ? new LocalVersion { Metadata = document.Version, Folder = files, Examples = document.Examples }
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnusable(exception, Path.Combine(folder, name));
            return null;
        }
    }

    /// <summary>Deletes versions that are no longer needed, and files of processes that died. Never throws.</summary>
    /// <param name="served">The version that answers now. Its folder, and those of the versions before it, stay until they are unloaded.</param>
    /// <param name="kept">The names of the folders that stay.</param>
    public void DeleteOld(LoadedVersion served, params ReadOnlySpan<string?> kept)
    {
        _loaded.RemoveWhere(static version => version.Unloaded.IsCompleted);
        _loaded.Add(served);
        HashSet<string?> names = [.. kept, .. _loaded.Select(static version => NameOf(version.Local.Metadata))];
        try
        {
            foreach (var path in ListOwn().Where(path => IsOld(path, names)).ToArray())
            {
                Discard(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(exception, folder);
        }
    }

    [GeneratedRegex(@"^[0-9]+-[0-9a-f]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionFolder();

    /// <summary>The names of folders and files that are not complete yet, of their locks, and of folders that are about to be deleted.</summary>
    [GeneratedRegex(@"^\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PartialName();

    [GeneratedRegex(@"^([0-9]+-[0-9a-f]{16}|\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?|last-served)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    /// <summary>Lists the folders and files that this process, or another one, created.</summary>
    private IEnumerable<string> ListOwn()
    {
        if (PrivateFolder.IsLink(folder))
        {
            LogLink(folder);
            return [];
        }

        return Directory.EnumerateFileSystemEntries(folder).Where(static path => !PrivateFolder.IsLink(path)
            && (PartialName().IsMatch(Path.GetFileName(path)) || (VersionFolder().IsMatch(Path.GetFileName(path)) && File.Exists(Path.Combine(path, DocumentName)))));
    }

    /// <summary>Determines whether an entry is a version that is no longer needed, or was left by a process that died.</summary>
    private bool IsOld(string path, HashSet<string?> kept) => Path.GetFileName(path) is var name
        && ((VersionFolder().IsMatch(name) && !kept.Contains(name))
            || (PartialName().IsMatch(name) && timeProvider.GetUtcNow() - Directory.GetLastWriteTimeUtc(path) > s_longestFetch));

    private async Task RestoreAsync(LocalVersionDocument document, Func<string, CancellationToken, Task> restoreAsync, string target, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(folder);
        DeleteAbandoned();
        var partial = NewPartial(folder);
        using var alive = TryLock(partial);
        try
        {
            var files = Directory.CreateDirectory(Path.Combine(partial, FilesName)).FullName;
            await restoreAsync(files, cancellationToken).ConfigureAwait(false);
            var json = JsonSerializer.SerializeToUtf8Bytes(document, ServingJson.Default.LocalVersionDocument);
            await File.WriteAllBytesAsync(Path.Combine(partial, DocumentName), json, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Deletes folders of processes that died while they fetched, so that repeated failures do not fill the disk.</summary>
    private void DeleteAbandoned()
    {
        foreach (var partial in ListOwn().Where(static path => PartialName().IsMatch(Path.GetFileName(path)) && Directory.Exists(path)).ToArray())
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

    /// <summary>Deletes an entry. A version disappears in one step, so that no process finds half of it, and what a killed process leaves of it is deleted later.</summary>
    private void Discard(string path)
    {
        if (!VersionFolder().IsMatch(Path.GetFileName(path)))
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
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(exception, path);
        }
    }

    [LoggerMessage(620, LogLevel.Warning, "'{Folder}' has no version that can be served without the store.")]
    private partial void LogUnusable(Exception exception, string folder);

    [LoggerMessage(623, LogLevel.Warning, "The cache folder '{Folder}' is a symbolic link, so versions that are no longer needed are not deleted there. Replace the link with a folder, or set the CacheFolder of the model.")]
    private partial void LogLink(string folder);

    [LoggerMessage(621, LogLevel.Warning, "'{Folder}' is no longer needed and could not be deleted. Delete it by hand.")]
    private partial void LogNotDeleted(Exception exception, string folder);
}
