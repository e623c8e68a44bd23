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
        var entries = store.ListReadableAsync(
            LogPaths.ModelFolder(root, model), startAfter, damage => faults.Add(ReadableListing.Describe(damage)), cancellationToken);
        await foreach (var entry in entries.ConfigureAwait(false))
        {
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
}
