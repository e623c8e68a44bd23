using System.Runtime.CompilerServices;
using MlOps.Datasets;

namespace MlOps.Monitoring.Predictions;

/// <summary>Joins the predictions of a period with their outcomes, by the identifier of the prediction.</summary>
/// <remarks>
/// Thread-safe. Memory is bounded by one file and by the maximum number of outcomes, about 150 MB for 1,000,000. With more outcomes, the identifiers are
/// divided by their hash, and the files are read once for each part.
/// </remarks>
internal sealed class PredictionJoin(PredictionLogReader predictions, OutcomeReader outcomes, int maxOutcomes = 1_000_000)
{
    private const int MaxExamples = 5;

    /// <summary>Reads the predictions of a period with the outcomes that have been recorded up to now.</summary>
    /// <remarks>The order is that of the files if the outcomes fit into memory; otherwise, one part of the identifiers follows another.</remarks>
    /// <param name="model">The name of the model.</param>
    /// <param name="from">The start of the period, by the time of the prediction, inclusive.</param>
    /// <param name="to">The end of the period, exclusive.</param>
    /// <param name="version">The number of the version, or <see langword="null"/> for all versions.</param>
    /// <param name="findUnknown">Whether to count the outcomes without a prediction. If the period does not contain the predictions of all outcomes, the whole
    /// log is read.</param>
    /// <param name="summary">Receives the counts and faults.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The predictions. A batch has at least one row; batches may have different columns.</returns>
    public async IAsyncEnumerable<JoinedPredictions> ReadAsync(
        string model, DateTimeOffset from, DateTimeOffset to, int? version, bool findUnknown, JoinSummary summary,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        summary.Unknown = findUnknown ? 0 : null;
        var index = new OutcomeIndex(maxOutcomes);
        do
        {
            // Faults of later passes repeat those of the first one.
            var faults = index.Part == 0 ? summary.Faults : new List<string>();
            await LoadAsync(index, model, from, faults, cancellationToken).ConfigureAwait(false);
            await foreach (var batch in predictions.ReadAsync(model, from, to, version, faults, cancellationToken).ConfigureAwait(false))
            {
                if (index.Parts > 1)
                {
                    batch.Filter(row => index.IsInPart(batch.Ids[row]));
                }

                if (batch.Count > 0)
                {
                    yield return Join(batch, index, summary);
                }
            }

            if (findUnknown)
            {
                await CountUnknownAsync(index, model, summary, cancellationToken).ConfigureAwait(false);
            }
        }
        while (index.MoveNext());
    }

    private static JoinedPredictions Join(LoggedPredictions batch, OutcomeIndex index, JoinSummary summary)
    {
        var joined = new JoinedPredictions(batch);
        summary.Predictions += batch.Count;
        for (var row = 0; row < batch.Count; row++)
        {
            joined.ActualNumbers[row] = RowBatch.Missing;
            if (!index.TryFind(batch.Ids[row], out var outcome, summary))
            {
                continue;
            }

            // All rows of a call with tensors have one identifier, and follow each other in the log.
            if ((row > 0 && batch.Ids[row - 1] == batch.Ids[row]) || (row + 1 < batch.Count && batch.Ids[row + 1] == batch.Ids[row]))
            {
                summary.Ambiguous++;
                continue;
            }

            if (outcome.Text is null && !double.IsFinite(outcome.Number))
            {
                summary.Invalid++;
                continue;
            }

            summary.Outcomes++;
            joined.ActualTexts[row] = outcome.Text;
            joined.ActualNumbers[row] = outcome.Text is null ? outcome.Number : RowBatch.Missing;
        }

        return joined;
    }

    private async Task LoadAsync(OutcomeIndex index, string model, DateTimeOffset from, ICollection<string> faults, CancellationToken cancellationToken)
    {
        // An outcome follows its prediction, but the clocks of two machines may differ.
        var day = LogPaths.DayOf(from.UtcTicks);
        var first = day == DateOnly.MinValue ? day : day.AddDays(-1);
        await foreach (var file in outcomes.ReadAsync(model, first, faults, cancellationToken).ConfigureAwait(false))
        {
            foreach (var outcome in file)
            {
                index.Add(outcome);
            }
        }
    }

    private async Task CountUnknownAsync(OutcomeIndex index, string model, JoinSummary summary, CancellationToken cancellationToken)
    {
        if (!index.FindUnknown().Any())
        {
            return;
        }

        await foreach (var ids in predictions.ReadIdsAsync(model, [], cancellationToken).ConfigureAwait(false))
        {
            foreach (var id in ids)
            {
                index.Remove(id);
            }
        }

        foreach (var id in index.FindUnknown())
        {
            summary.Unknown++;
            if (summary.UnknownExamples.Count < MaxExamples)
            {
                summary.UnknownExamples.Add(id);
            }
        }
    }
}
