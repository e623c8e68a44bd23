using Microsoft.Extensions.Options;
using MlOps.Datasets;
using MlOps.Monitoring.Predictions;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Computes the quality of several windows of a version in one pass over the prediction log.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class QualityPass(PredictionJoin join)
{
    /// <summary>Computes the quality of windows.</summary>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="windows">The start, inclusive, and the end, exclusive, of each window, ordered by start.</param>
    /// <param name="options">The options of the metrics.</param>
    /// <param name="baseline">The baseline of the version; <see langword="null"/> if it has none.</param>
    /// <param name="findUnknown">Whether to count the outcomes of unknown predictions. If there are some, the whole log is read.</param>
    /// <param name="cancellationToken">Cancels the pass.</param>
    /// <returns>The quality by the start of the window. The last result has the warnings about the outcomes.</returns>
    public async Task<IReadOnlyDictionary<DateTimeOffset, QualityResult>> RunAsync(
        string model,
        int version,
        IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> windows,
        QualityOptions options,
        Baseline? baseline,
        bool findUnknown,
        CancellationToken cancellationToken)
    {
        var parts = windows.Select(window => new Part(window.Start.UtcTicks, window.End.UtcTicks)).ToArray();
        if (parts.Length == 0)
        {
            return new Dictionary<DateTimeOffset, QualityResult>();
        }

        var summary = new JoinSummary();
        var (from, to) = (windows[0].Start, windows.Max(static window => window.End));
        await foreach (var batch in join.ReadAsync(model, from, to, version, findUnknown, summary, cancellationToken).ConfigureAwait(false))
        {
            Add(parts, batch, options, baseline);
        }

        var warnings = summary.ToWarnings();
        return windows.Select((window, index) => (window.Start, Result: parts[index].ToResult(index == parts.Length - 1 ? warnings : [])))
            .DistinctBy(static item => item.Start)
            .ToDictionary(static item => item.Start, static item => item.Result);
    }

    private static void Add(Part[] parts, JoinedPredictions batch, QualityOptions options, Baseline? baseline)
    {
        var rows = new List<int>[parts.Length];
        for (var row = 0; row < batch.Predictions.Count; row++)
        {
            var time = batch.Predictions.Times[row];
            var index = Find(parts, time);
            if (index >= 0 && !batch.Predictions.IsRejected[row])
            {
                (rows[index] ??= []).Add(row);
            }
        }

        for (var index = 0; index < parts.Length; index++)
        {
            if (rows[index] is { } own)
            {
                parts[index].Add(batch, own, options, baseline);
            }
        }
    }

    /// <summary>Finds the last window that contains a time; -1 if there is none.</summary>
    private static int Find(Part[] parts, long time)
    {
        var (low, high) = (0, parts.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = parts[middle].Start <= time ? (middle + 1, high) : (low, middle);
        }

        // Windows overlap if their length was changed.
        var index = low - 1;
        while (index >= 0 && parts[index].End <= time)
        {
            index = parts[index].Start > time - WindowOptions.MaxLength.Ticks ? index - 1 : -1;
        }

        return index;
    }

    private sealed class Part(long start, long end)
    {
        private QualityEvaluator? _evaluator;
        private RowColumn[] _columns = [];
        private string? _fault;
        private long _predictions;
        private long _outcomes;

        public long Start => start;

        public long End => end;

        public void Add(JoinedPredictions batch, List<int> rows, QualityOptions options, Baseline? baseline)
        {
            _predictions += rows.Count;
            _outcomes += rows.Count(batch.HasActual);
            if (_fault is not null)
            {
                return;
            }

            try
            {
                if (_evaluator is null)
                {
                    // The message about an unknown segment has the names of all inputs.
                    RowColumn[] all = [.. batch.Predictions.Outputs.Columns, .. batch.Predictions.Inputs.Columns];
                    var hasUnknown = options.Segments.Any(name => all.All(column => column.Name != name));
                    _columns =
                    [
                        .. batch.Predictions.Outputs.Columns,
                        .. batch.Predictions.Inputs.Columns.Where(input =>
                            (hasUnknown || options.Segments.Contains(input.Name, StringComparer.Ordinal) || input.Name == options.Group)
                            && batch.Predictions.Outputs.Columns.All(output => output.Name != input.Name)),
                    ];
                    var calibration = baseline is { Calibration.IsEmpty: false } ? baseline.Calibration.ToArray() : null;
                    _evaluator = new QualityEvaluator(options, _columns, calibration, baseline?.Inputs);
                }

                _evaluator.Add(Copy(batch.Predictions, rows), GetActuals(batch, rows), [.. rows.Select(row => batch.Predictions.IsSampled[row])]);
            }
            catch (OptionsValidationException exception)
            {
                // The settings name a column that the version does not have.
                _fault = exception.Message;
            }
        }

        public QualityResult ToResult(IReadOnlyList<string> warnings)
        {
            if (_evaluator is not null && _fault is null)
            {
                var result = _evaluator.ToResult(_predictions);
                return result.WithWarnings([.. result.Warnings, .. warnings]);
            }

            return new QualityResult
            {
                Predictions = _predictions,
                Outcomes = _outcomes,
                Warnings = [.. _fault is null ? [] : new[] { _fault }, .. warnings],
                SettingsFault = _fault,
            };
        }

        private static ActualValue[] GetActuals(JoinedPredictions batch, List<int> rows) =>
            [.. rows.Select(row => batch.ActualTexts[row] is { } text ? ActualValue.From(text) : ActualValue.From(batch.ActualNumbers[row]))];

        /// <summary>Copies rows to the columns of the first file. Files of the same version have the same columns unless its instances differ.</summary>
        private RowBatch Copy(LoggedPredictions predictions, List<int> rows)
        {
            var copy = new RowBatch(_columns, rows.Count) { Count = rows.Count };
            for (var column = 0; column < _columns.Length; column++)
            {
                var (source, index) = Find(predictions, _columns[column]);
                for (var row = 0; row < rows.Count; row++)
                {
                    if (_columns[column].IsText)
                    {
                        copy.Texts(column)[row] = source?.Texts(index)[rows[row]];
                    }
                    else
                    {
                        copy.Numbers(column)[row] = source is null ? RowBatch.Missing : source.Numbers(index)[rows[row]];
                    }
                }
            }

            return copy;
        }

        private static (RowBatch? Source, int Index) Find(LoggedPredictions predictions, RowColumn column)
        {
            foreach (var source in new[] { predictions.Outputs, predictions.Inputs })
            {
                for (var index = 0; index < source.Columns.Count; index++)
                {
                    if (source.Columns[index].Name == column.Name && source.Columns[index].IsText == column.IsText)
                    {
                        return (source, index);
                    }
                }
            }

            return (null, -1);
        }
    }
}
