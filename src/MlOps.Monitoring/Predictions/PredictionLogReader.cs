using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Predictions;

/// <summary>Reads the prediction log.</summary>
/// <remarks>Thread-safe. Memory is bounded by one file and its largest row group. A damaged file is named and skipped.</remarks>
internal sealed partial class PredictionLogReader(IArtifactStore store, ILogger<PredictionLogReader> logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>Reads the predictions of a period, in the order of the files. A batch belongs to one file.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, inclusive.</param>
    /// <param name="to">The end of the period, exclusive.</param>
    /// <param name="version">The number of the version, or <see langword="null"/> for all versions.</param>
    /// <param name="faults">Receives the faults, such as the names of damaged files.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The predictions. A batch has at least one row.</returns>
    public async IAsyncEnumerable<LoggedPredictions> ReadAsync(
        string model, DateTimeOffset from, DateTimeOffset to, int? version, ICollection<string> faults,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (to <= from)
        {
            yield break;
        }

        var (start, end) = (from.UtcTicks, to.UtcTicks);
        var files = LogListing.ListAsync(
            store, LogPaths.Predictions, model, LogPaths.DayOf(start), LogPaths.DayOf(end - 1), faults, cancellationToken);
        await foreach (var path in files.ConfigureAwait(false))
        {
            if (await OpenAsync(path, faults, cancellationToken).ConfigureAwait(false) is not { } file)
            {
                continue;
            }

            await using var _ = file.ConfigureAwait(false);
            for (var group = 0; group < file.Groups; group++)
            {
                if (await TryAsync(path, () => ReadGroupAsync(file, group, cancellationToken), faults).ConfigureAwait(false) is not { } batch)
                {
                    break;
                }

                batch.Filter(row => batch.Times[row] >= start && batch.Times[row] < end && (version is null || batch.Versions[row] == version));
                if (batch.Count > 0)
                {
                    yield return batch;
                }
            }
        }
    }

    /// <summary>Reads the identifiers of all predictions of a model in the log.</summary>
    /// <param name="model">The name of the model.</param>
    /// <param name="faults">Receives the faults, such as the names of damaged files.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The identifiers, in batches.</returns>
    public async IAsyncEnumerable<Guid[]> ReadIdsAsync(string model, ICollection<string> faults, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = LogListing.ListAsync(store, LogPaths.Predictions, model, DateOnly.MinValue, DateOnly.MaxValue, faults, cancellationToken);
        await foreach (var path in files.ConfigureAwait(false))
        {
            if (await OpenAsync(path, faults, cancellationToken).ConfigureAwait(false) is not { } file)
            {
                continue;
            }

            await using var _ = file.ConfigureAwait(false);
            for (var group = 0; group < file.Groups; group++)
            {
                if (await TryAsync(path, () => ReadIdsAsync(file, group, cancellationToken), faults).ConfigureAwait(false) is not { } ids)
                {
                    break;
                }

                yield return ids;
            }
        }
    }

    private static async Task<Guid[]> ReadIdsAsync(LogFileReader file, int index, CancellationToken cancellationToken)
    {
        using var group = file.OpenGroup(index, out _);
        return await file.ReadIdsAsync(group, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LoggedPredictions> ReadGroupAsync(LogFileReader file, int index, CancellationToken cancellationToken)
    {
        using var group = file.OpenGroup(index, out var rows);
        var inputs = FindColumns(file, LogColumns.InputPrefix);
        var outputs = FindColumns(file, LogColumns.OutputPrefix);
        var batch = new LoggedPredictions(inputs, outputs, Math.Max(1, rows));
        batch.SetCount(rows);
        (await file.ReadIdsAsync(group, cancellationToken).ConfigureAwait(false)).CopyTo(batch.Ids, 0);
        (await file.ReadTimesAsync(group, LogColumns.Time, cancellationToken).ConfigureAwait(false)).CopyTo(batch.Times, 0);
        var versions = await file.ReadIntegersAsync(group, LogColumns.Version, cancellationToken).ConfigureAwait(false);
        Array.ConvertAll(versions, static version => checked((int)version)).CopyTo(batch.Versions, 0);
        (await file.ReadBooleansAsync(group, LogColumns.Rejected, cancellationToken).ConfigureAwait(false)).CopyTo(batch.IsRejected, 0);
        (await file.ReadBooleansAsync(group, LogColumns.Flagged, cancellationToken).ConfigureAwait(false)).CopyTo(batch.IsFlagged, 0);
        (await file.ReadBooleansAsync(group, LogColumns.Sampled, cancellationToken).ConfigureAwait(false)).CopyTo(batch.IsSampled, 0);
        (await file.ReadNumbersAsync(group, LogColumns.Latency, cancellationToken).ConfigureAwait(false)).CopyTo(batch.Latencies, 0);
        foreach (var (values, prefix) in new[] { (batch.Inputs, LogColumns.InputPrefix), (batch.Outputs, LogColumns.OutputPrefix) })
        {
            for (var i = 0; i < values.Columns.Count; i++)
            {
                var name = prefix + values.Columns[i].Name;
                if (values.Columns[i].IsText)
                {
                    (await file.ReadTextsAsync(group, name, cancellationToken).ConfigureAwait(false)).CopyTo(values.Texts(i));
                }
                else
                {
                    (await file.ReadNumbersAsync(group, name, cancellationToken).ConfigureAwait(false)).CopyTo(values.Numbers(i));
                }
            }
        }

        return batch;
    }

    private static RowColumn[] FindColumns(LogFileReader file, string prefix) =>
        [
            .. file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Select(name => new RowColumn(name[prefix.Length..], file.IsText(name))),
        ];

    private Task<LogFileReader?> OpenAsync(ArtifactPath path, ICollection<string> faults, CancellationToken cancellationToken) =>
        TryAsync(path, () => LogFileReader.OpenAsync(store, path, cancellationToken), faults);

    private async Task<T?> TryAsync<T>(ArtifactPath path, Func<Task<T>> read, ICollection<string> faults)
        where T : class
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (LogFileReader.IsFaultOfFile(exception))
        {
            faults.Add($"'{path}' cannot be read, and its remaining predictions were skipped. Restore the file, or delete it. The reader reports: "
                + exception.Message);
            LogDamaged(exception, path.ToString());
            return null;
        }
    }

    [LoggerMessage(737, LogLevel.Warning, "'{Path}' cannot be read, and its remaining predictions are skipped. Restore the file, or delete it.")]
    private partial void LogDamaged(Exception exception, string path);
}
