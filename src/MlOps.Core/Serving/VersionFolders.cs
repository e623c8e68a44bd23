using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Stores the versions of one served model on the local disk. A version is copied once and verified before every load.</summary>
/// <remarks>
/// Each version is a folder <c>&lt;number&gt;-&lt;digest&gt;</c> with <c>version.json</c> and <c>files/</c>. It exists at least until the version is
/// unloaded. Not thread-safe.
/// </remarks>
internal sealed partial class VersionFolders(string folder, TimeProvider timeProvider, ILogger logger)
{
    private const string DocumentName = "version.json";
    private const int DigestDigits = 16;
    private readonly VerifiedFolders _folders = new(folder, VersionName(), DocumentName, timeProvider, logger);
    private readonly HashSet<LoadedVersion> _loaded = [];

    /// <summary>Gets the folder of the model.</summary>
    public string Folder => folder;

    /// <summary>Gets the pattern of the names that the library creates in the folder of a model.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Gets the folder name of a version.</summary>
    public static string NameOf(ModelVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number}-{version.Manifest.ToString()[..DigestDigits]}");

    /// <summary>Copies the files of a version to the local disk if they are missing, and verifies them.</summary>
    /// <param name="version">The version.</param>
    /// <param name="files">The files of the version.</param>
    /// <param name="examples">The golden examples of the version.</param>
    /// <param name="restoreAsync">Writes the files to a folder.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="IOException">Another process changes the files, or the disk is not writable.</exception>
    public async Task<LocalVersion> FetchAsync(
        ModelVersion version,
        IReadOnlyList<ContentFile> files,
        IReadOnlyList<GoldenExample> examples,
        Func<string, CancellationToken, Task> restoreAsync,
        CancellationToken cancellationToken)
    {
        var path = await _folders.EnsureAsync(NameOf(version), files, FillAsync, cancellationToken).ConfigureAwait(false);
        return new LocalVersion { Metadata = version, Folder = path, Examples = examples };

        async Task FillAsync(string target, CancellationToken token)
        {
            await restoreAsync(Directory.CreateDirectory(Path.Combine(target, VerifiedFolders.FilesName)).FullName, token).ConfigureAwait(false);
            var document = new LocalVersionDocument { Format = StoredDocument.Format, Version = version, Files = files, Examples = examples };
            var json = JsonSerializer.SerializeToUtf8Bytes(document, ServingJson.Default.LocalVersionDocument);
            await File.WriteAllBytesAsync(Path.Combine(target, DocumentName), json, token).ConfigureAwait(false);
        }
    }

    /// <summary>Finds a version by its folder name.</summary>
    /// <returns>The version, or <see langword="null"/> if it is missing or its files are damaged.</returns>
    public async Task<LocalVersion?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!VersionName().IsMatch(name))
        {
            return null;
        }

        try
        {
            var json = await File.ReadAllBytesAsync(Path.Combine(folder, name, DocumentName), cancellationToken).ConfigureAwait(false);
            var document = JsonSerializer.Deserialize(json, ServingJson.Default.LocalVersionDocument);
            if (document is not null && ContentFileList.FindFault(document.Files) is { } fault)
            {
                throw new JsonException(fault);
            }

            var files = Path.GetFullPath(Path.Combine(folder, name, VerifiedFolders.FilesName));
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

    /// <summary>Deletes versions that are no longer needed, and partial folders of terminated processes. Never throws.</summary>
    /// <param name="served">The current version. Folders of versions that are not unloaded yet are kept.</param>
    /// <param name="kept">The names of further folders to keep.</param>
    public void DeleteOld(LoadedVersion served, params ReadOnlySpan<string?> kept)
    {
        _loaded.RemoveWhere(static version => version.Unloaded.IsCompleted);
        _loaded.Add(served);
        _folders.DeleteOthers([.. kept, .. _loaded.Select(static version => NameOf(version.Local.Metadata))]);
    }

    [GeneratedRegex(@"^[0-9]+-[0-9a-f]{16}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionName();

    [GeneratedRegex(@"^([0-9]+-[0-9a-f]{16}|\.partial-[0-9a-f]{32}(-damaged)?(\.lock)?|last-served)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    [LoggerMessage(624, LogLevel.Warning, "The cached version in '{Folder}' cannot be read. It cannot be served while the store is unavailable.")]
    private partial void LogUnusable(Exception exception, string folder);
}
