using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Merges the many small files of outcomes of past days.</summary>
/// <remarks>Thread-safe. Any number of processes may merge the same files, and a process may be killed at any time: a merged file is written before its parts
/// are deleted, and copies of a record count once. Memory is bounded by the outcomes of one merged file.</remarks>
internal sealed partial class OutcomeCompaction(
    IArtifactStore store, OutcomeReader reader, TimeProvider timeProvider, ILogger<OutcomeCompaction> logger)
{
    private const int MinFiles = 8;
    private const int NameDigits = 16;
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);
    private readonly ILogger _logger = logger;

    /// <summary>Merges the files of the days that ended more than one hour ago.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="cancellationToken">Cancels the call. No outcome is lost.</param>
    /// <returns>The number of files that were merged and deleted.</returns>
    public async Task<int> CompactAsync(string model, CancellationToken cancellationToken)
    {
        var last = LogPaths.DayOf((timeProvider.GetUtcNow() - s_grace).UtcTicks).AddDays(-1);
        var days = new Dictionary<DateOnly, List<ArtifactPath>>();
        await foreach (var path in LogListing.ListAsync(store, LogPaths.Outcomes, model, DateOnly.MinValue, last, [], cancellationToken).ConfigureAwait(false))
        {
            var day = LogPaths.FindDay(path)!.Value;
            days.TryAdd(day, []);
            days[day].Add(path);
        }

        var merged = 0;
        foreach (var (day, files) in days.Where(static day => day.Value.Count >= MinFiles))
        {
            merged += await MergeAsync(model, day, files, cancellationToken).ConfigureAwait(false);
        }

        return merged;
    }

    private async Task<int> MergeAsync(string model, DateOnly day, List<ArtifactPath> files, CancellationToken cancellationToken)
    {
        var merged = 0;
        var parts = new List<ArtifactPath>();
        var outcomes = new Dictionary<(string Instance, long Sequence, long Time), RecordedOutcome>();
        foreach (var file in files)
        {
            // A damaged file stays where it is, and is reported when outcomes are read.
            var (content, _) = await reader.TryReadAsync(file, cancellationToken).ConfigureAwait(false);
            if (content is null || content.Count >= OutcomeStore.MaxFileRows)
            {
                continue;
            }

            parts.Add(file);
            foreach (var outcome in content)
            {
                outcomes.TryAdd((outcome.Instance, outcome.Sequence, outcome.Time), outcome);
            }

            if (outcomes.Count >= OutcomeStore.MaxFileRows)
            {
                merged += await WriteAsync(model, day, parts, outcomes.Values, cancellationToken).ConfigureAwait(false);
                parts.Clear();
                outcomes.Clear();
            }
        }

        return merged + await WriteAsync(model, day, parts, outcomes.Values, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> WriteAsync(
        string model, DateOnly day, List<ArtifactPath> parts, IReadOnlyCollection<RecordedOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (parts.Count < 2)
        {
            return 0;
        }

        // Named for its parts, so that processes that merge the same files write the same file.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        var path = LogPaths.File(LogPaths.Outcomes, model, day, $"merged-{Convert.ToHexStringLower(digest)[..NameDigits]}", 0);
        var content = await OutcomeFile.EncodeAsync(outcomes, cancellationToken).ConfigureAwait(false);
        await store.WriteBytesAsync(path, content, new ArtifactWriteOptions { ContentType = LogPaths.ContentType }, cancellationToken).ConfigureAwait(false);
        foreach (var part in parts)
        {
            await store.DeleteAsync(part, cancellationToken).ConfigureAwait(false);
        }

        LogMerged(parts.Count, path.ToString());
        return parts.Count;
    }

    [LoggerMessage(739, LogLevel.Information, "{Count} files of outcomes were merged into '{Path}'.")]
    private partial void LogMerged(int count, string path);
}
