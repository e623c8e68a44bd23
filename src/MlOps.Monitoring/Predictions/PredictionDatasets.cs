using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>Creates datasets from logged predictions and their outcomes, to train a model again.</summary>
/// <remarks>Thread-safe. Memory is bounded; the file is composed in the folder of temporary files, and only the user can read it.</remarks>
internal sealed class PredictionDatasets(PredictionJoin join, IDatasetStore datasets)
{
    /// <summary>The name of the file in the dataset.</summary>
    public const string FileName = "predictions.parquet";

    /// <summary>Records the sampled predictions of a period, with their outcomes, as the next version of a dataset.</summary>
    /// <remarks>
    /// <para>The features have the names of the input columns. Further columns are <c>prediction_id</c>, <c>time</c>, <c>version</c>, <c>flagged</c>,
    /// <c>output.</c> followed by the name of each output, and the outcome. Rejected predictions are omitted.</para>
    /// <para>Flagged predictions are sampled completely, so they are more frequent than in production if the sample rate is below 1.</para>
    /// </remarks>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, by the time of the prediction, inclusive.</param>
    /// <param name="to">The end of the period, exclusive.</param>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="actualColumn">The name of the column of the outcomes.</param>
    /// <param name="onlyWithOutcome">Whether to omit predictions without an outcome.</param>
    /// <param name="cancellationToken">Cancels the call. No version is recorded then.</param>
    /// <returns>The version. Its description names the files of the log that could not be read.</returns>
    /// <exception cref="InvalidOperationException">The period contains no such prediction.</exception>
    /// <exception cref="ArgumentException">A feature has the name of another column.</exception>
    public async Task<DatasetVersion> CreateAsync(
        string model, DateTimeOffset from, DateTimeOffset to, string dataset, string actualColumn, bool onlyWithOutcome, CancellationToken cancellationToken)
    {
        // Two passes, because the columns of a Parquet file must be known before its first row.
        var columns = new DatasetColumns(actualColumn);
        var summary = new JoinSummary();
        await foreach (var batch in join.ReadAsync(model, from, to, null, false, summary, cancellationToken).ConfigureAwait(false))
        {
            columns.Add(batch, row => IsUsed(batch, row, onlyWithOutcome));
        }

        var period = string.Create(CultureInfo.InvariantCulture, $"{from.UtcDateTime:O} to {to.UtcDateTime:O}");
        if (columns.Rows == 0)
        {
            throw new InvalidOperationException(
                $"The log of the model '{model}' contains no sampled prediction{(onlyWithOutcome ? " with an outcome" : "")} from {period} "
                + $"({summary.Predictions} predictions, {summary.Outcomes} outcomes). Extend the period, record outcomes, or raise Log:SampleRate."
                + string.Concat(summary.Faults.Select(static fault => " " + fault)));
        }

        var file = CreateTemporaryFile();
        await using var _ = file.ConfigureAwait(false);
        var rows = await WriteAsync(file, columns, join.ReadAsync(model, from, to, null, false, new JoinSummary(), cancellationToken), onlyWithOutcome,
            cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        var snapshot = new DatasetSnapshot
        {
            Streams = new Dictionary<string, Stream> { [FileName] = file },
            Source = $"predictions/{model}",
            Description = $"{rows} predictions of the model '{model}' from {period}." + string.Concat(summary.Faults.Select(static fault => " " + fault)),
            Tags = new Dictionary<string, string>
            {
                ["model"] = model,
                ["from"] = from.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
                ["to"] = to.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            },
        };
        return await datasets.SnapshotAsync(dataset, snapshot, null, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsUsed(JoinedPredictions batch, int row, bool onlyWithOutcome) =>
        batch.Predictions.IsSampled[row] && !batch.Predictions.IsRejected[row] && (!onlyWithOutcome || batch.HasActual(row));

    private static async Task<long> WriteAsync(
        Stream stream, DatasetColumns columns, IAsyncEnumerable<JoinedPredictions> batches, bool onlyWithOutcome, CancellationToken cancellationToken)
    {
        var (fields, add) = columns.Create();
        var file = await LogFile.CreateAsync(stream, fields, cancellationToken).ConfigureAwait(false);
        await foreach (var batch in batches.ConfigureAwait(false))
        {
            for (var row = 0; row < batch.Predictions.Count; row++)
            {
                if (IsUsed(batch, row, onlyWithOutcome))
                {
                    add(batch, row);
                    await file.EndRowsAsync(1, isGroupFull: false, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        await file.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return file.Rows;
    }

    private static FileStream CreateTemporaryFile()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet"), options);
    }
}
