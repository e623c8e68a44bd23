using System.Globalization;
using MlOps.Datasets;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the quality of predictions from their outcomes, and estimates it without outcomes.</summary>
/// <remarks>
/// Not thread-safe. Rows are added in batches; <see cref="ToResult"/> may be called more than once. The memory is bounded, whatever the number of rows.
/// </remarks>
internal sealed class QualityEvaluator
{
    private const string NoOutcomes = "There are no outcomes, so the metrics are not known. Record the outcomes of the predictions.";
    private const string FewOutcomes = "The metrics are uncertain.";
    private readonly QualityFaults _faults = new();
    private readonly QualityOptions _options;
    private readonly QualityColumns _columns;
    private readonly SegmentCollector _segments;
    private readonly TaskQuality _quality;
    private ActualValue[] _actuals = [];
    private long _rows;

    /// <summary>Initializes a new instance of the <see cref="QualityEvaluator"/> class.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="columns">The columns of the rows: the outputs, and the inputs that define segments.</param>
    /// <param name="calibration">The calibration of the baseline from <see cref="CalibrationBuilder"/>, or <see langword="null"/>.</param>
    /// <param name="baseline">The profile of the inputs of the baseline, or <see langword="null"/>.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting names a column that does not exist or has the wrong
    /// type.</exception>
    public QualityEvaluator(QualityOptions options, IReadOnlyList<RowColumn> columns, byte[]? calibration = null, DataProfile? baseline = null)
    {
        _options = options;
        _columns = new(columns);
        var task = GetTask(options, _columns);
        _segments = new(options, task, columns, baseline);
        _quality = task switch
        {
            QualityTask.Classification => new ClassificationQuality(
                options, columns, _segments, calibration is null ? null : Calibration.TryRead(calibration, _faults), _faults),
            QualityTask.Regression => new RegressionQuality(options, columns, _segments, _faults),
            _ => new RankingQuality(options, columns, _segments, _faults),
        };
    }

    /// <summary>Determines the kind of a model from the settings and the columns.</summary>
    public static QualityTask GetTask(QualityOptions options, QualityColumns columns) => options.Task ?? (
        columns.Find(options.Group) >= 0 ? QualityTask.Ranking
        : Has(columns, options.Prediction) || Has(columns, options.Probability) || columns.FindVector(options.Score).Count > 1 ? QualityTask.Classification
        : Has(columns, options.Score) ? QualityTask.Regression
        : throw columns.Missing(nameof(options.Prediction), options.Prediction));

    /// <summary>Determines whether a warning states only that outcomes have not arrived yet. This is no fault of the data.</summary>
    public static bool IsAboutMissingOutcomes(string warning) => warning == NoOutcomes || warning.EndsWith(FewOutcomes, StringComparison.Ordinal);

    /// <summary>Adds predictions with their outcomes.</summary>
    /// <param name="predictions">The rows.</param>
    /// <param name="actuals">The outcomes of the rows, at least <see cref="RowBatch.Count"/>.</param>
    /// <param name="sampled">The rows whose features are in the log; <see langword="null"/> for all rows.</param>
    public void Add(RowBatch predictions, ReadOnlySpan<ActualValue> actuals, bool[]? sampled = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(actuals.Length, predictions.Count, nameof(actuals));
        _rows += predictions.Count;
        _segments.Sampled = sampled;
        _quality.Add(predictions, actuals);
    }

    /// <summary>Adds rows that contain the outcome in the column <see cref="QualityOptions.Label"/>.</summary>
    /// <param name="rows">The rows.</param>
    public void Add(RowBatch rows)
    {
        LabelColumn.Read(_columns, _options, rows, ref _actuals);
        Add(rows, _actuals);
    }

    /// <summary>Computes the quality of the rows so far.</summary>
    /// <param name="predictions">The number of predictions, with those that were not added as rows.</param>
    public QualityResult ToResult(long predictions)
    {
        var faults = new QualityFaults();
        _quality.Metrics.Clear();
        _quality.Estimated.Clear();
        _quality.Compute(faults);
        if (_quality.Outcomes < _options.MinimumRows)
        {
            faults.Count(
                _quality.Outcomes == 0
                    ? NoOutcomes
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"Only {_quality.Outcomes} predictions have an outcome, fewer than MinimumRows ({_options.MinimumRows}). {FewOutcomes}"));
        }

        var overall = _quality.Metrics.TryGetValue(_segments.Metric, out var metric) ? metric.Value : double.NaN;
        return new()
        {
            Predictions = Math.Max(predictions, _rows),
            Outcomes = _quality.Outcomes,
            PositiveClass = _quality.PositiveClass,
            Metrics = new Dictionary<string, QualityEstimate>(_quality.Metrics),
            Estimated = new Dictionary<string, QualityEstimate>(_quality.Estimated),
            Confusion = _quality.Confusion,
            Segments = _segments.ToSegments(overall, faults),
            Warnings = [.. _faults.Format(), .. faults.Format()],
        };
    }

    private static bool Has(QualityColumns columns, string name) => columns.Find(name) >= 0 || columns.FindVector(name).Count > 1;
}
