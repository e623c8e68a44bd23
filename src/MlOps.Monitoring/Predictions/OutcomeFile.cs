using Parquet.Schema;

namespace MlOps.Monitoring.Predictions;

/// <summary>Writes outcomes to a Parquet file in memory.</summary>
internal sealed class OutcomeFile
{
    private readonly LogColumn<ReadOnlyMemory<char>> _ids = new(LogColumns.Text(LogColumns.Id, isNullable: false));
    private readonly LogColumn<DateTime> _times = new(LogColumns.Timestamp(LogColumns.Time));
    private readonly LogColumn<ReadOnlyMemory<char>> _texts = new(LogColumns.Text(LogColumns.ActualText, isNullable: true));
    private readonly LogColumn<double> _numbers = new(LogColumns.Number(LogColumns.ActualNumber));
    private readonly LogColumn<ReadOnlyMemory<char>> _instances = new(LogColumns.Text(LogColumns.Instance, isNullable: false));
    private readonly LogColumn<long> _sequences = new(new DataField(LogColumns.Sequence, typeof(long), isNullable: false));

    /// <summary>Encodes outcomes.</summary>
    /// <param name="outcomes">The outcomes.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The content of the file.</returns>
    public static async Task<byte[]> EncodeAsync(IEnumerable<RecordedOutcome> outcomes, CancellationToken cancellationToken)
    {
        var columns = new OutcomeFile();
        using var stream = new MemoryStream();
        var file = await LogFile.CreateAsync(
            stream, [columns._ids, columns._times, columns._texts, columns._numbers, columns._instances, columns._sequences], cancellationToken)
            .ConfigureAwait(false);
        foreach (var outcome in outcomes)
        {
            columns.Add(outcome);
            await file.EndRowsAsync(1, isGroupFull: false, cancellationToken).ConfigureAwait(false);
        }

        await file.CompleteAsync(cancellationToken).ConfigureAwait(false);
        return stream.ToArray();
    }

    private void Add(in RecordedOutcome outcome)
    {
        _ids.Add(outcome.PredictionId.ToString().AsMemory());
        _times.Add(new DateTime(outcome.Time, DateTimeKind.Utc));
        _instances.Add(outcome.Instance.AsMemory());
        _sequences.Add(outcome.Sequence);
        if (outcome.Text is { } text)
        {
            _texts.Add(text.AsMemory());
            _numbers.AddMissing();
        }
        else
        {
            _texts.AddMissing();
            _numbers.Add(outcome.Number);
        }
    }
}
