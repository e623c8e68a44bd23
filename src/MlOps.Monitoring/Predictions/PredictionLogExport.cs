using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Copies the files of the log to a folder.</summary>
/// <remarks>On S3 and Azure, other programs can read the bucket directly. The files of a local store contain attributes after their content, so other programs
/// read an exported folder. Thread-safe. A file appears when it is complete.</remarks>
internal sealed class PredictionLogExport(IArtifactStore store)
{
    /// <summary>Copies the predictions of the days of a period, and the outcomes that were recorded since its first day.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, inclusive.</param>
    /// <param name="to">The end of the period, exclusive. All predictions of its last day are copied.</param>
    /// <param name="folder">The folder, which is created. Files that it has already are not copied again, because the files of the log do not change.</param>
    /// <param name="cancellationToken">Cancels the call. No partial file remains.</param>
    /// <returns>The number of files that were copied.</returns>
    /// <exception cref="ArtifactIntegrityException">A file is damaged. All other files were copied.</exception>
    public async Task<int> ExportAsync(string model, DateTimeOffset from, DateTimeOffset to, string folder, CancellationToken cancellationToken)
    {
        var copied = 0;
        ArtifactIntegrityException? damage = null;
        var first = LogPaths.DayOf(from.UtcTicks);
        foreach (var (root, last) in new[] { (LogPaths.Predictions, LogPaths.DayOf(to.UtcTicks - 1)), (LogPaths.Outcomes, DateOnly.MaxValue) })
        {
            await foreach (var path in LogListing.ListAsync(store, root, model, first, last, [], cancellationToken).ConfigureAwait(false))
            {
                var file = Path.Combine([folder, .. path.ToString().Split('/')]);
                if (File.Exists(file))
                {
                    continue;
                }

                try
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                    await store.DownloadFileAsync(path, file, cancellationToken: cancellationToken).ConfigureAwait(false);
                    copied++;
                }
                catch (ArtifactNotFoundException)
                {
                    // Another process has merged or deleted the file since it was listed.
                }
                catch (ArtifactIntegrityException exception)
                {
                    damage ??= exception;
                }
            }
        }

        return damage is null ? copied : throw damage;
    }
}
