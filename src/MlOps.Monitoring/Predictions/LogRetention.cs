using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Deletes old days of predictions and outcomes.</summary>
/// <remarks>Thread-safe, and safe in any number of processes. Deletes only files whose folder is a day and whose name has the form of this package.</remarks>
internal sealed partial class LogRetention(IArtifactStore store, TimeProvider timeProvider, ILogger<LogRetention> logger)
{
    /// <summary>The maximum number of files that one call deletes. The next call deletes the rest.</summary>
    public const int MaxDeletions = 10_000;

    private readonly ILogger _logger = logger;

    /// <summary>Deletes the files of days that ended before the retention time.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="retention">The retention time of a day after its end.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of files that were deleted.</returns>
    public async Task<int> ApplyAsync(string model, TimeSpan retention, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        if (now.UtcTicks - retention.Ticks <= TimeSpan.TicksPerDay)
        {
            return 0;
        }

        // The day that contains the limit has not ended before it.
        var last = LogPaths.DayOf(now.UtcTicks - retention.Ticks).AddDays(-1);
        var deleted = await ApplyAsync(LogPaths.Predictions, model, last, MaxDeletions, cancellationToken).ConfigureAwait(false);
        return deleted + await ApplyAsync(LogPaths.Outcomes, model, last, MaxDeletions - deleted, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ApplyAsync(string root, string model, DateOnly last, int limit, CancellationToken cancellationToken)
    {
        // Listed first, because a listing need not be consistent with deletions.
        var files = new List<ArtifactPath>();
        var paths = LogListing.ListAsync(store, root, model, DateOnly.MinValue, last, [], cancellationToken);
        await foreach (var path in paths.Where(static path => LogPaths.IsOwnName(path.Name)).Take(limit).ConfigureAwait(false))
        {
            files.Add(path);
        }

        foreach (var path in files)
        {
            await store.DeleteAsync(path, cancellationToken).ConfigureAwait(false);
        }

        if (files.Count > 0)
        {
            LogDeleted(files.Count, LogPaths.ModelFolder(root, model).ToString(), last);
        }

        return files.Count;
    }

    [LoggerMessage(744, LogLevel.Information, "{Count} files in '{Folder}' were deleted, because their days, up to {Day}, are older than the retention time "
        + "Log:Retention.")]
    private partial void LogDeleted(int count, string folder, DateOnly day);
}
