using System.Runtime.CompilerServices;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Lists the files of predictions or outcomes by day.</summary>
internal static class LogListing
{
    /// <summary>Lists the Parquet files of a range of days, in the order of their paths.</summary>
    /// <param name="store">The store.</param>
    /// <param name="root">The root folder: <c>predictions</c> or <c>outcomes</c>.</param>
    /// <param name="model">The name of the model.</param>
    /// <param name="first">The first day, inclusive.</param>
    /// <param name="last">The last day, inclusive.</param>
    /// <param name="faults">Receives the names of files that are not in the folder of a day or not Parquet files.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    public static async IAsyncEnumerable<ArtifactPath> ListAsync(
        IArtifactStore store, string root, string model, DateOnly first, DateOnly last, ICollection<string> faults,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The folder of the first day precedes the files in it and follows those of earlier days.
        var startAfter = LogPaths.DayFolder(root, model, first);
        var entries = store.ListAsync(LogPaths.ModelFolder(root, model), startAfter, cancellationToken);
        var enumerator = entries.GetAsyncEnumerator(cancellationToken);
        await using var _ = enumerator.ConfigureAwait(false);
        while (await MoveNextAsync(enumerator, faults).ConfigureAwait(false))
        {
            var entry = enumerator.Current;
            if (LogPaths.FindDay(entry.Path) is not { } day)
            {
                faults.Add($"'{entry.Path}' is not a Parquet file in the folder of a day, and was skipped. Move it to another folder.");
            }
            else if (day > last)
            {
                yield break;
            }
            else
            {
                yield return entry.Path;
            }
        }
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<ArtifactEntry> entries, ICollection<string> faults)
    {
        try
        {
            return await entries.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            // A listing throws it after all other entries.
            faults.Add($"A file is too damaged to be listed, and was skipped. The store reports: {exception.Message}");
            return false;
        }
    }
}
