using Microsoft.Extensions.Logging;

namespace MlOps.Serving;

/// <summary>The file <c>last-served</c> in the folder of a served model, which names the version to start from while the store is away.</summary>
/// <remarks>Its lines are the folder of the version, the name of what it was served as, the folder of the version before it, and the id of the store.</remarks>
internal sealed partial class LastServed(string folder, ILogger logger)
{
    public const string FileName = "last-served";

    private readonly string _file = Path.Combine(folder, FileName);

    /// <summary>Reads the file.</summary>
    /// <returns>Its content, or <see langword="null"/> if there is none or it cannot be read.</returns>
    public async Task<Entry?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return !File.Exists(_file) ? null : await File.ReadAllLinesAsync(_file, cancellationToken).ConfigureAwait(false) switch
            {
                [var version, var which, var previous, var store, ..] => new(version, which, previous, Guid.TryParse(store, out var id) ? id : null),
                [var version, var which, var previous] => new(version, which, previous, Store: null), // written before stores had ids
                [var version, var which] => new(version, which, Previous: "", Store: null),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnusable(exception, folder);
            return null;
        }
    }

    /// <summary>Replaces the file in one step.</summary>
    /// <param name="entry">The new content.</param>
    /// <param name="number">The number of the version, for the log.</param>
    /// <returns>Whether it was replaced; a failure is logged.</returns>
    public async Task<bool> TryWriteAsync(Entry entry, int number)
    {
        try
        {
            var partial = VerifiedFolders.NewPartial(folder);
            await File.WriteAllLinesAsync(partial, [entry.Version, entry.Which, entry.Previous, entry.Store?.ToString() ?? ""]).ConfigureAwait(false);
            File.Move(partial, _file, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(exception, number, folder);
            return false;
        }
    }

    /// <summary>The content of the file.</summary>
    /// <param name="Version">The name of the folder of the version.</param>
    /// <param name="Which">The name of what it was served as, such as <c>churn@production</c>.</param>
    /// <param name="Previous">The name of the folder of the version before it; empty for none.</param>
    /// <param name="Store">The id of the store that the versions came from; <see langword="null"/> if it is not known.</param>
    internal sealed record Entry(string Version, string Which, string Previous, Guid? Store);

    [LoggerMessage(620, LogLevel.Warning, "'{Folder}' has no version that can be served without the store.")]
    private partial void LogUnusable(Exception exception, string folder);

    [LoggerMessage(
        622,
        LogLevel.Warning,
        "Version {Version} could not be recorded in '{Folder}' as served last, so a start without the store serves another one. Check the room and "
        + "permissions of its disk.")]
    private partial void LogNotRemembered(Exception exception, int version, string folder);
}
