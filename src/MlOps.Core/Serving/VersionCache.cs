using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>The versions of one served model on the local disk: fetched once, verified before every load, and there when the store is not.</summary>
/// <remarks>
/// A version is the folder <c>&lt;number&gt;-&lt;digest&gt;</c>, which appears whole, with <c>version.json</c> and <c>files/</c>; the file <c>last-served</c> names one of them, what it was served as, the one before it, and the
/// id of the store. Nothing else in the folder is touched, and nothing is deleted through a symbolic link. Folders are private to the user.
/// </remarks>
/// <param name="folder">The folder of the model.</param>
/// <param name="which">What is served, such as <c>churn@production</c>; what was served as something else is no substitute.</param>
/// <param name="timeProvider">The clock of what was left behind.</param>
/// <param name="logger">Told what could not be tidied up.</param>
internal sealed partial class VersionCache(string folder, string which, TimeProvider timeProvider, ILogger logger)
{
    private const string DocumentName = "version.json";
    private const string FilesName = "files";
    private const string PointerName = "last-served";
    private const string PartialPrefix = ".partial-";
    private const string LockSuffix = ".lock";
    private const int DigestDigits = 16;
    private const int MostAttempts = 3;
    private static readonly TimeSpan s_longestFetch = TimeSpan.FromDays(1);

    public string Folder => folder;

    /// <summary>Gets the pattern of the names that the cache creates directly in its folder.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Brings a version's files to the local disk if they are not there, and verifies them.</summary>
    /// <exception cref="ArtifactIntegrityException">The store's bytes are not what was registered.</exception>
    public async Task<LocalVersion> FetchAsync(IModelRegistry registry, ModelVersion version, CancellationToken cancellationToken)
    {
        var package = await registry.OpenAsync(version, cancellationToken).ConfigureAwait(false);
        var target = Path.Combine(folder, NameOf(version));
        var files = Path.Combine(target, FilesName);
        for (var attempt = 0; !await AreIntactAsync(files, package.Files, cancellationToken).ConfigureAwait(false); attempt++)
        {
            if (attempt == MostAttempts)
            {
                throw new IOException($"The files in '{target}' are changed by somebody else as soon as they are there. Give every process a cache folder of its own, by {MlOpsOptions.SectionName}:{ServingOptions.SectionName}:CacheFolder.");
            }

            await RestoreAsync(package, target, cancellationToken).ConfigureAwait(false);
        }

        return new LocalVersion { Metadata = version, Folder = files, Examples = package.Examples };
    }

    /// <summary>Remembers which version was served last. The one before it stays, for rolling back; those before that are deleted.</summary>
    /// <remarks>Never throws: the version answers already.</remarks>
    /// <param name="served">The version.</param>
    /// <param name="before">The version that was served before.</param>
    /// <param name="store">The id of the store that the versions came from; <see langword="null"/> if that is not known, which keeps the id that is there.</param>
    public async Task RememberAsync(LoadedVersion served, LoadedVersion? before, Guid? store)
    {
        try
        {
            var partial = Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");
            var pointer = Path.Combine(folder, PointerName);
            var kept = new[] { NameOf(served.Local.Metadata), before is null ? await ReadPreviousAsync(pointer, NameOf(served.Local.Metadata)).ConfigureAwait(false) : NameOf(before.Local.Metadata) };
            store ??= await FindStoreAsync(CancellationToken.None).ConfigureAwait(false);
            await File.WriteAllLinesAsync(partial, [kept[0], which, kept[1], store?.ToString() ?? ""]).ConfigureAwait(false);
            File.Move(partial, pointer, overwrite: true);
            foreach (var path in ListOwn().Where(path => IsOld(path, kept)).ToArray())
            {
                Discard(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(exception, served.Local.Number, folder);
        }
    }

    /// <summary>Finds the version served last, if its files are still what they were.</summary>
    public async Task<LocalVersion?> FindLastServedAsync(CancellationToken cancellationToken)
    {
        var pointer = Path.Combine(folder, PointerName);
        if (!File.Exists(pointer))
        {
            return null;
        }

        try
        {
            if (await File.ReadAllLinesAsync(pointer, cancellationToken).ConfigureAwait(false) is not [var name, var served, ..]
                || served != which || !VersionFolder().IsMatch(name))
            {
                return null;
            }

            var json = await File.ReadAllBytesAsync(Path.Combine(folder, name, DocumentName), cancellationToken).ConfigureAwait(false);
            var document = JsonSerializer.Deserialize(json, ServingJson.Default.LocalVersionDocument);
            var files = Path.Combine(folder, name, FilesName);
            return document is not null && await AreIntactAsync(files, document.Files, cancellationToken).ConfigureAwait(false)
                ? new LocalVersion { Metadata = document.Version, Folder = files, Examples = document.Examples }
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnusable(exception, folder);
            return null;
        }
    }

    /// <summary>Finds the id of the store that the versions in the folder came from.</summary>
    /// <returns>The id, or <see langword="null"/> if it is not known.</returns>
    public async Task<Guid?> FindStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pointer = Path.Combine(folder, PointerName);
            return File.Exists(pointer) && await File.ReadAllLinesAsync(pointer, cancellationToken).ConfigureAwait(false) is [_, _, _, var id, ..] && Guid.TryParse(id, out var store)
                ? store
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnusable(exception, folder);
            return null;
        }
    }

    /// <summary>Reads which version was served before one that is the first of this process.</summary>
    private static async Task<string> ReadPreviousAsync(string pointer, string served) => !File.Exists(pointer) ? "" : await File.ReadAllLinesAsync(pointer).ConfigureAwait(false) switch
    {
        [var last, ..] when last != served => last,
        [_, _, var previous, ..] => previous,
        _ => "",
    };

    [GeneratedRegex(@"^[0-9]+-[0-9a-f]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionFolder();

    /// <summary>The names of folders and files that are not complete yet, of their locks, and of folders that are about to be deleted.</summary>
    [GeneratedRegex(@"^\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PartialName();

    [GeneratedRegex(@"^([0-9]+-[0-9a-f]{16}|\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?|last-served)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    /// <summary>Lists the folders and files that this cache, or that of another process, created.</summary>
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

    /// <summary>Tells whether something is a version that is no longer needed, or was left behind by a process that died.</summary>
    private bool IsOld(string path, string[] kept) => Path.GetFileName(path) is var name
        && ((VersionFolder().IsMatch(name) && !kept.Contains(name))
            || (PartialName().IsMatch(name) && timeProvider.GetUtcNow() - Directory.GetLastWriteTimeUtc(path) > s_longestFetch));

    private static string NameOf(ModelVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number}-{version.Manifest.ToString()[..DigestDigits]}");

    private async Task RestoreAsync(ModelPackage package, string target, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(folder);
        DeleteAbandoned();
        var partial = Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");
        using var alive = TryLock(partial);
        try
        {
            var files = Directory.CreateDirectory(Path.Combine(partial, FilesName)).FullName;
            await package.RestoreAsync(files, cancellationToken: cancellationToken).ConfigureAwait(false);
            var document = new LocalVersionDocument { Format = StoredDocument.Format, Version = package.Version, Files = package.Files, Examples = package.Examples };
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
                // Another process was first; what it fetched is verified before it is used.
                Delete(partial);
            }
        }
        catch
        {
            Delete(partial);
            throw;
        }
    }

    /// <summary>Deletes what processes left behind that died while they fetched: who dies of that again and again must not fill the disk.</summary>
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

    /// <summary>Locks what is being fetched, until the process ends at the latest.</summary>
    /// <returns><see langword="null"/> if another process, or another call, has it.</returns>
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

    private static async Task<bool> AreIntactAsync(string files, IReadOnlyList<ContentFile> expected, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(files) || Directory.EnumerateFiles(files, "*", SearchOption.AllDirectories).Count() != expected.Count)
        {
            return false;
        }

        foreach (var file in expected)
        {
            var path = Path.Combine([files, .. file.Path.Split('/')]);
            if (!File.Exists(path) || new FileInfo(path).Length != file.Size || !await HasDigestAsync(path, file, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<bool> HasDigestAsync(string path, ContentFile file, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var _ = stream.ConfigureAwait(false);
        return await Sha256Digest.OfAsync(stream, cancellationToken).ConfigureAwait(false) == file.Sha256;
    }

    /// <summary>Deletes what is no longer needed. A version disappears in one step, so that no process finds half of it, and what a killed process leaves of it is deleted later.</summary>
    private void Discard(string path)
    {
        if (!VersionFolder().IsMatch(Path.GetFileName(path)))
        {
            Delete(path);
            return;
        }

        try
        {
            MoveAway(path, Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}"));
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

    [LoggerMessage(620, LogLevel.Warning, "'{Folder}' has no version that could be served without the store.")]
    private partial void LogUnusable(Exception exception, string folder);

    [LoggerMessage(622, LogLevel.Warning, "That version {Version} was served last could not be noted in '{Folder}', so without the store another one would be. Check that its disk has room and can be written.")]
    private partial void LogNotRemembered(Exception exception, int version, string folder);

    [LoggerMessage(623, LogLevel.Warning, "The cache folder '{Folder}' is a symbolic link, so versions that are no longer needed are not deleted there. Replace the link with a folder, or set the CacheFolder of the model.")]
    private partial void LogLink(string folder);

    [LoggerMessage(621, LogLevel.Warning, "'{Folder}' is no longer needed and could not be deleted. Delete it by hand.")]
    private partial void LogNotDeleted(Exception exception, string folder);
}
