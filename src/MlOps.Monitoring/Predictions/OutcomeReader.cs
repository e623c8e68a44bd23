using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Reads recorded outcomes.</summary>
/// <remarks>Thread-safe. Memory is bounded by one file. A damaged file is named and skipped.</remarks>
internal sealed partial class OutcomeReader(IArtifactStore store, ILogger<OutcomeReader> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Reads the outcomes that were recorded since a day. A record may be returned twice while files are merged.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="first">The first day of recording, inclusive.</param>
    /// <param name="faults">Receives the faults, such as the names of damaged files.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The outcomes of each file.</returns>
    public async IAsyncEnumerable<IReadOnlyList<RecordedOutcome>> ReadAsync(
        string model, DateOnly first, ICollection<string> faults, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var read = new HashSet<ArtifactPath>();

        // Another process may merge files during the listing. A merged file is written before its parts are deleted, so nothing is missed when a listing
        // contains only files that have been read.
        var hasUnread = true;
        for (var pass = 1; hasUnread; pass++)
        {
            hasUnread = false;
            var files = LogListing.ListAsync(store, LogPaths.Outcomes, model, first, DateOnly.MaxValue, pass == 1 ? faults : [], cancellationToken);
            await foreach (var path in files.ConfigureAwait(false))
            {
                if (!read.Add(path))
                {
                    continue;
                }

                hasUnread = true;
                var (outcomes, fault) = await TryReadAsync(path, cancellationToken).ConfigureAwait(false);
                if (outcomes is not null)
                {
                    yield return outcomes;
                }
                else if (fault is not ArtifactNotFoundException)
                {
                    faults.Add($"'{path}' cannot be read, and its outcomes were skipped. Restore the file, or delete it. The reader reports: {fault!.Message}");
                    LogDamaged(fault, path.ToString());
                }
            }
        }
    }

    /// <summary>Reads the outcomes of a file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The outcomes, or the exception that is caused by the content of the file.</returns>
    public async Task<(IReadOnlyList<RecordedOutcome>? Outcomes, Exception? Fault)> TryReadAsync(ArtifactPath path, CancellationToken cancellationToken)
    {
        try
        {
            var file = await LogFileReader.OpenAsync(store, path, cancellationToken).ConfigureAwait(false);
            await using var _ = file.ConfigureAwait(false);
            return (await ReadAsync(file, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception exception) when (LogFileReader.IsFaultOfFile(exception))
        {
            return (null, exception);
        }
    }

    private static async Task<IReadOnlyList<RecordedOutcome>> ReadAsync(LogFileReader file, CancellationToken cancellationToken)
    {
        var outcomes = new List<RecordedOutcome>();
        for (var index = 0; index < file.Groups; index++)
        {
            using var group = file.OpenGroup(index, out var rows);
            var ids = await file.ReadIdsAsync(group, cancellationToken).ConfigureAwait(false);
            var times = await file.ReadTimesAsync(group, LogColumns.Time, cancellationToken).ConfigureAwait(false);
            var texts = await file.ReadTextsAsync(group, LogColumns.ActualText, cancellationToken).ConfigureAwait(false);
            var numbers = await file.ReadNumbersAsync(group, LogColumns.ActualNumber, cancellationToken).ConfigureAwait(false);
            var instances = await file.ReadTextsAsync(group, LogColumns.Instance, cancellationToken).ConfigureAwait(false);
            var sequences = await file.ReadIntegersAsync(group, LogColumns.Sequence, cancellationToken).ConfigureAwait(false);
            for (var row = 0; row < rows; row++)
            {
                // A missing number without a text becomes NaN, which the join reports.
                var number = RowBatch.IsMissing(numbers[row]) && texts[row] is null ? double.NaN : numbers[row];
                outcomes.Add(new RecordedOutcome(ids[row], texts[row], number, times[row], instances[row] ?? "", sequences[row]));
            }
        }

        return outcomes;
    }

    [LoggerMessage(738, LogLevel.Warning, "'{Path}' cannot be read, and its outcomes are skipped. Restore the file, or delete it.")]
    private partial void LogDamaged(Exception exception, string path);
}
