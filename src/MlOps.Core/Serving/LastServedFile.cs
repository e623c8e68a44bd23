using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>
/// Reads and writes the file <c>last-served</c> in the cache folder of a served model. The file names the version to start from if the store is
/// unavailable.
/// </summary>
/// <remarks>The file has one line for each property of <see cref="LastServed"/>, in the same order.</remarks>
internal sealed partial class LastServedFile(string folder, ILogger logger)
{
    public const string FileName = "last-served";

    private readonly string _file = Path.Combine(folder, FileName);

    /// <summary>Reads the file.</summary>
    /// <returns>The content, or <see langword="null"/> if the file does not exist or cannot be read.</returns>
    public async Task<LastServed?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return !File.Exists(_file) ? null : await File.ReadAllLinesAsync(_file, cancellationToken).ConfigureAwait(false) switch
            {
                [var version, var servedAs, var previous, var store, ..] => new(version, servedAs, previous, Guid.TryParse(store, out var id) ? id : null),
                [var version, var servedAs, var previous] => new(version, servedAs, previous, Store: null), // written by versions without store ids
                [var version, var servedAs] => new(version, servedAs, Previous: "", Store: null),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRead(exception, folder);
            return null;
        }
    }

    /// <summary>Replaces the file atomically.</summary>
    /// <param name="lastServed">The new content.</param>
    /// <param name="number">The number of the version, for the log.</param>
    /// <returns><see langword="true"/> if the file was replaced. A failure is logged.</returns>
    public async Task<bool> TryWriteAsync(LastServed lastServed, int number)
    {
        try
        {
            var partial = VerifiedFolders.NewPartial(folder);
            string[] lines = [lastServed.Version, lastServed.ServedAs, lastServed.Previous, lastServed.Store?.ToString() ?? ""];
            await File.WriteAllLinesAsync(partial, lines).ConfigureAwait(false);
            File.Move(partial, _file, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRecorded(exception, number, folder);
            return false;
        }
    }

    /// <summary>The content of the file.</summary>
    /// <param name="Version">The name of the folder of the version.</param>
    /// <param name="ServedAs">The registry name of the model, and the alias or number of the version in the settings, such as <c>churn@production</c>.</param>
    /// <param name="Previous">The name of the folder of the previous version; empty for none.</param>
    /// <param name="Store">The id of the store that the version came from; <see langword="null"/> if unknown.</param>
    internal sealed record LastServed(string Version, string ServedAs, string Previous, Guid? Store);

    [LoggerMessage(620, LogLevel.Warning, "The last served version in '{Folder}' cannot be read. The model cannot start while the store is unavailable.")]
    private partial void LogNotRead(Exception exception, string folder);

    [LoggerMessage(
        622,
        LogLevel.Warning,
        "Version {Version} could not be recorded in '{Folder}' as the last served version. A start without the store would serve an earlier version. "
        + "Check the free space and the permissions of the folder.")]
    private partial void LogNotRecorded(Exception exception, int version, string folder);
}
