using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Fits the calibration of a baseline from predictions of reference rows with outcomes.</summary>
/// <remarks>
/// Not thread-safe. The memory is bounded. The reference rows must not be training rows: their scores are more certain than those of new rows, so
/// the estimates would be
/// too good.
/// </remarks>
internal sealed class CalibrationBuilder
{
    /// <summary>The minimum number of rows with an outcome.</summary>
    public const int MinimumRows = 100;

    private readonly QualityFaults _faults = new();
    private readonly QualityOptions _options;
    private readonly QualityColumns _columns;
    private readonly ClassificationReader? _reader;
    private readonly ScoreHistogram[] _scores = [];
    private ActualValue[] _actuals = [];
    private long _rows;

    /// <summary>Initializes a new instance of the <see cref="CalibrationBuilder"/> class.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="columns">The columns of the rows: the outputs, and the outcome if it is a column.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a column that does not exist or has the wrong
    /// type.</exception>
    public CalibrationBuilder(QualityOptions options, IReadOnlyList<RowColumn> columns)
    {
        (_options, _columns) = (options, new(columns));
        if (QualityEvaluator.GetTask(options, _columns) == QualityTask.Classification)
        {
            _reader = new(options, columns, _faults);
            var classes = _reader.VectorClasses.Length > 2 ? _reader.VectorClasses.Length : 1;

            // More than two classes have a histogram for each predicted class, and one for all.
            var capacity = Math.Max(1_000, ClassificationQuality.ExactRows / classes);
            _scores = [.. Enumerable.Range(0, classes == 1 ? 1 : classes + 1).Select(_ => new ScoreHistogram(capacity))];
        }
    }

    /// <summary>Gets the faults of the rows, and the reason if there is no calibration.</summary>
    public IReadOnlyList<string> Warnings => [.. _faults.Format()];

    /// <summary>Adds rows with their outcomes.</summary>
    /// <param name="predictions">The rows.</param>
    /// <param name="actuals">The outcomes of the rows, at least <see cref="RowBatch.Count"/>.</param>
    public void Add(RowBatch predictions, ReadOnlySpan<ActualValue> actuals)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(actuals.Length, predictions.Count, nameof(actuals));
        for (var row = 0; _reader is not null && row < predictions.Count; row++)
        {
            if (actuals[row].IsNone || !_reader.Read(predictions, row) || _reader.ReadActual(actuals[row]) is not (>= 0 and var actual))
            {
                continue;
            }

            if (_scores.Length > 1 && _reader.HasProbability)
            {
                AddConfidence(actual);
            }
            else if (_scores.Length == 1 && double.IsFinite(_reader.Score))
            {
                _rows++;
                _scores[0].Add(_reader.Score, actual == _reader.Positive, isAccepted: false);
            }
        }
    }

    /// <summary>Adds rows that contain the outcome in the column <see cref="QualityOptions.Label"/>.</summary>
    /// <param name="rows">The rows.</param>
    public void Add(RowBatch rows)
    {
        LabelColumn.Read(_columns, _options, rows, ref _actuals);
        Add(rows, _actuals);
    }

    /// <summary>Fits and serialises the calibration.</summary>
    /// <returns>The calibration for <see cref="QualityEvaluator"/>; <see langword="null"/> if it is not possible. <see cref="Warnings"/> has the
    /// reason.</returns>
    public byte[]? ToArray()
    {
        if (_reader is null)
        {
            return null;
        }

        if (_reader.HasUnknownClasses)
        {
            _faults.Count("There is no calibration, because the probabilities are not used.");
            return null;
        }

        if (!_reader.HasScore || (_scores.Length == 1 && _reader.Positive < 0))
        {
            _faults.Count(
                "There is no calibration, because the outputs have no probability, or the positive class is not known. Set Probability and PositiveClass.");
            return null;
        }

        if (_rows < MinimumRows)
        {
            _faults.Count(string.Create(
                CultureInfo.InvariantCulture,
                $"There is no calibration, because only {_rows} reference rows have a score and an outcome. Add rows: it needs {MinimumRows}."));
            return null;
        }

        string[] classes = _scores.Length == 1
            ? [_reader.Labels.Names[_reader.Positive]]
            : [.. _reader.VectorClasses.Select(index => _reader.Labels.Names[index])];
        return new Calibration(classes, [.. _scores.Select((scores, index) => Fit(scores.ToBins(), isRequired: index == _scores.Length - 1))]).ToArray();
    }

    private void AddConfidence(int actual)
    {
        var predicted = Array.IndexOf(_reader!.VectorClasses, _reader.Predicted);
        if (predicted >= 0)
        {
            _rows++;
            _scores[predicted].Add(_reader.Probabilities[predicted], actual == _reader.Predicted, isAccepted: false);
            _scores[^1].Add(_reader.Probabilities[predicted], actual == _reader.Predicted, isAccepted: false);
        }
    }

    private static IsotonicMap? Fit(List<ScoreBin> bins, bool isRequired) =>
        isRequired || bins.Sum(static bin => bin.Positives + bin.Negatives) >= MinimumRows ? IsotonicMap.Fit(bins) : null;
}
