using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>The versions of one served model on the local disk: copied once, and verified before every load.</summary>
/// <remarks>
/// A version is the folder <c>&lt;number&gt;-&lt;digest&gt;</c> with <c>version.json</c> and <c>files/</c>. It stays until the version is unloaded.
/// Used by one caller at
/// a time.
/// </remarks>
internal sealed partial class VersionFolders(string folder, TimeProvider timeProvider, ILogger logger)
{
    private const string DocumentName = "version.json";
    private const int DigestDigits = 16;
    private readonly VerifiedFolders _folders = new(folder, VersionName(), DocumentName, timeProvider, logger);
    private readonly HashSet<LoadedVersion> _loaded = [];

    /// <summary>Gets the folder of the model.</summary>
    public string Folder => folder;

    /// <summary>Gets the pattern of the names that the library creates directly in the folder of a model.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>Gets the name of the folder of a version.</summary>
    public static string NameOf(ModelVersion version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number}-{version.Manifest.ToString()[..DigestDigits]}");

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

    /// <summary>Finds a version by the name of its folder, if its files are still what they were.</summary>
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

    /// <summary>Deletes versions that are no longer needed, and partial folders of processes that died. Never throws.</summary>
    /// <param name="served">The version that answers now. Its folder, and those of the versions before it, stay until they are unloaded.</param>
    /// <param name="kept">The names of the folders that stay.</param>
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

    [LoggerMessage(624, LogLevel.Warning, "The version in '{Folder}' cannot be read, so it cannot be served without the store.")]
    private partial void LogUnusable(Exception exception, string folder);
}
