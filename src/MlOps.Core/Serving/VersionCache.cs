using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Serving;

/// <summary>The versions of one served model on the local disk: fetched once, verified before every load, and there when the store is not.</summary>
/// <remarks>A version is the folder <c>&lt;number&gt;-&lt;digest&gt;</c>, which appears whole, with <c>version.json</c> and <c>files/</c>; the file <c>last-served</c> names one of them.</remarks>
/// <param name="folder">The folder of the model.</param>
/// <param name="logger">Told what could not be tidied up.</param>
internal sealed partial class VersionCache(string folder, ILogger logger)
{
    private const string DocumentName = "version.json";
    private const string FilesName = "files";
    private const string PointerName = "last-served";
    private const string PartialPrefix = ".partial-";
    private const int DigestDigits = 16;

    /// <summary>Brings a version's files to the local disk if they are not there, and verifies them.</summary>
    /// <exception cref="ArtifactIntegrityException">The store's bytes are not what was registered.</exception>
    public async Task<FetchedVersion> FetchAsync(IModelRegistry registry, ModelVersion version, CancellationToken cancellationToken)
    {
        var package = await registry.OpenAsync(version, cancellationToken).ConfigureAwait(false);
        var target = Path.Combine(folder, NameOf(version));
        var files = Path.Combine(target, FilesName);
        if (!await AreIntactAsync(files, package.Files, cancellationToken).ConfigureAwait(false))
        {
            await RestoreAsync(package, target, cancellationToken).ConfigureAwait(false);
        }

        return new FetchedVersion(version, files, package.Examples);
    }

    /// <summary>Remembers which version was served last, and forgets those before the one before it.</summary>
    public async Task RememberAsync(ModelVersion served, ModelVersion? before)
    {
        var partial = Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllTextAsync(partial, NameOf(served)).ConfigureAwait(false);
            File.Move(partial, Path.Combine(folder, PointerName), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(exception, served.Number, folder);
        }

        foreach (var other in Directory.EnumerateDirectories(folder).Where(name => Path.GetFileName(name) is var last && last != NameOf(served) && (before is null || last != NameOf(before))))
        {
            Delete(other);
        }
    }

    /// <summary>Finds the version served last, if its files are still what they were.</summary>
    public async Task<FetchedVersion?> FindLastServedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var target = Path.Combine(folder, Path.GetFileName(await File.ReadAllTextAsync(Path.Combine(folder, PointerName), cancellationToken).ConfigureAwait(false)));
            var json = await File.ReadAllBytesAsync(Path.Combine(target, DocumentName), cancellationToken).ConfigureAwait(false);
            var document = JsonSerializer.Deserialize(json, ServingJson.Default.CachedVersion);
            var files = Path.Combine(target, FilesName);
            return document is not null && await AreIntactAsync(files, document.Files, cancellationToken).ConfigureAwait(false)
                ? new FetchedVersion(document.Version, files, document.Examples)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogUnusable(exception, folder);
            return null;
        }
    }

    private static string NameOf(ModelVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number}-{version.Manifest.ToString()[..DigestDigits]}");

    private async Task RestoreAsync(ModelPackage package, string target, CancellationToken cancellationToken)
    {
        var partial = Path.Combine(folder, $"{PartialPrefix}{Guid.NewGuid():N}");
        try
        {
            var files = Directory.CreateDirectory(Path.Combine(partial, FilesName)).FullName;
            await package.RestoreAsync(files, cancellationToken: cancellationToken).ConfigureAwait(false);
            var document = new CachedVersion { Format = StoredDocument.Format, Version = package.Version, Files = package.Files, Examples = package.Examples };
            var json = JsonSerializer.SerializeToUtf8Bytes(document, ServingJson.Default.CachedVersion);
            await File.WriteAllBytesAsync(Path.Combine(partial, DocumentName), json, cancellationToken).ConfigureAwait(false);
            if (Directory.Exists(target))
            {
                // Damaged, or it would have been used: out of the way in one step, so that nobody sees half of it.
                Directory.Move(target, $"{partial}-damaged");
                Delete($"{partial}-damaged");
            }

            Directory.Move(partial, target);
        }
        catch
        {
            Delete(partial);
            throw;
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

    private void Delete(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
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

    [LoggerMessage(621, LogLevel.Warning, "'{Folder}' is no longer needed and could not be deleted. Delete it by hand.")]
    private partial void LogNotDeleted(Exception exception, string folder);
}
