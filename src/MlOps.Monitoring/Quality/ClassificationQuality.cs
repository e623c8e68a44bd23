using MathNet.Numerics.Distributions;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the metrics of a classification. All sums and counts are exact; the order of the scores is exact for a bounded number of rows.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class ClassificationQuality : TaskQuality
{
    /// <summary>The number of rows whose scores are kept, over all classes.</summary>
    public const int ExactRows = 100_000;

    /// <summary>The least probability in the logarithmic loss, as in scikit-learn before 1.3.</summary>
    private const double LeastProbability = 1e-15;
    private const int CalibrationBins = 10;
    private const int MaxClassesOfAuc = 20;
    private const int MaxClassesOfMetrics = 50;
    private readonly ClassificationReader _reader;
    private readonly SegmentCollector _segments;
    private readonly QualityEstimator? _estimator;
    private readonly string _segmentMetric;
    private readonly string? _givenPositive;
    private readonly ConfusionCounts _confusion = new();
    private readonly ScoreHistogram _scores = new(ExactRows);
    private readonly ScoreHistogram[] _classScores;
    private readonly MeanAccumulator[] _confidence = new MeanAccumulator[CalibrationBins];
    private readonly MeanAccumulator[] _correct = new MeanAccumulator[CalibrationBins];
    private MeanAccumulator _logLoss;
    private MeanAccumulator _brier;

    public ClassificationQuality(
        QualityOptions options, IReadOnlyList<RowColumn> columns, SegmentCollector segments, Calibration? calibration, QualityFaults faults)
    {
        _reader = new(options, columns, faults);
        _segments = segments;
        _segmentMetric = segments.Metric;
        _givenPositive = options.PositiveClass;
        var classes = _reader.VectorClasses.Length;
        _classScores = classes is > 2 and <= MaxClassesOfAuc
            ? [.. Enumerable.Range(0, classes).Select(_ => new ScoreHistogram(ExactRows / classes))]
            : [];
        _estimator = calibration is null ? null : QualityEstimator.Create(calibration, _reader, faults);
    }

    private bool IsBinary => _reader.VectorClasses.Length <= 2;

    public override void Add(RowBatch batch, ReadOnlySpan<ActualValue> actuals)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (!_reader.Read(batch, row))
            {
                continue;
            }

            _estimator?.Add(_reader);
            var actual = actuals[row].IsNone ? ClassificationReader.Unusable : _reader.ReadActual(actuals[row]);
            var isAccepted = _reader.Predicted == _reader.Positive;
            if (double.IsFinite(_reader.Score))
            {
                _scores.Add(_reader.Score, actual < 0 ? null : actual == _reader.Positive, isAccepted);
            }

            if (actual >= 0)
            {
                AddOutcome(batch, row, actual, isAccepted);
            }
        }
    }

    public override void Compute(QualityFaults faults)
    {
        var classes = _confusion.GetClasses();
        Confusion = Outcomes == 0 ? null : _confusion.ToMatrix(classes, _reader.Labels.Names);
        var positive = _reader.Positive;
        if (positive >= 0 && _givenPositive is null && classes.Keys.Any(index => index != positive) && classes.Count > 2)
        {
            positive = -1;
        }

        PositiveClass = positive < 0 ? null : _reader.Labels.Names[positive];
        var hits = classes.Values.Sum(static counts => counts.Hits);
        Metrics[QualityMetrics.Accuracy] = Intervals.Wilson(hits, _confusion.Rows);
        if (positive >= 0)
        {
            ComputePositive(classes.GetValueOrDefault(positive), PositiveClass!, faults);
        }
        else if (Outcomes > 0 && IsBinary && classes.Count <= 2)
        {
            faults.Count(
                $"precision, recall, f1 and auc are not computed, because the positive class is not known. Set PositiveClass to one of: "
                + $"{QualityFaults.Escape(string.Join(", ", classes.Keys.Select(index => _reader.Labels.Names[index])))}.");
        }

        if (positive < 0 || classes.Count > 2)
        {
            ComputeAverages(classes, faults);
        }

        if (_logLoss.Count > 0)
        {
            Metrics[QualityMetrics.LogLoss] = Intervals.PositiveMean(_logLoss);
            Metrics[QualityMetrics.Brier] = Intervals.PositiveMean(_brier);
            Metrics[QualityMetrics.CalibrationError] = GetCalibrationError();
        }

        if (!_scores.IsExact || Array.Exists(_classScores, static scores => !scores.IsExact))
        {
            faults.Count(
                "auc and auprc are computed from bins of the scores, because there are more rows than are kept. Their intervals contain the maximum effect.");
        }

        _estimator?.Estimate(_scores, Estimated, faults);
    }

    private void AddOutcome(RowBatch batch, int row, int actual, bool isAccepted)
    {
        Outcomes++;
        var isHit = actual == _reader.Predicted;
        _confusion.Add(actual, _reader.Predicted);
        var (logLoss, brier) = (double.NaN, double.NaN);
        if (_reader.HasProbability && (_reader.VectorClasses.Length > 0 || _reader.Positive >= 0)
            && _reader.GetProbability(actual) is var probability && !double.IsNaN(probability))
        {
            logLoss = -Math.Log(Math.Clamp(probability, LeastProbability, 1));
            brier = GetBrier(actual, probability);
            _logLoss.Add(logLoss);
            _brier.Add(brier);
            AddCalibration(actual, isHit);
            for (var i = 0; i < _classScores.Length; i++)
            {
                _classScores[i].Add(_reader.Probabilities[i], actual == _reader.VectorClasses[i], isAccepted: false);
            }
        }

        var value = _segmentMetric switch
        {
            QualityMetrics.Accuracy => isHit ? 1 : 0,
            QualityMetrics.Precision => isAccepted ? isHit ? 1 : 0 : double.NaN,
            QualityMetrics.Recall => actual == _reader.Positive ? isHit ? 1 : 0 : double.NaN,
            QualityMetrics.LogLoss => logLoss,
            _ => brier,
        };
        if (!double.IsNaN(value))
        {
            _segments.Add(batch, row, value);
        }
    }

    private double GetBrier(int actual, double probability)
    {
        if (IsBinary)
        {
            return (1 - probability) * (1 - probability);
        }

        var sum = 0.0;
        for (var i = 0; i < _reader.Probabilities.Length; i++)
        {
            var difference = _reader.Probabilities[i] - (_reader.VectorClasses[i] == actual ? 1 : 0);
            sum += difference * difference;
        }

        return sum;
    }

    private void AddCalibration(int actual, bool isHit)
    {
        var isPositiveCase = IsBinary && _reader.Positive >= 0;
        var confidence = isPositiveCase ? _reader.Score : _reader.GetProbability(_reader.Predicted);
        if (double.IsNaN(confidence))
        {
            return;
        }

        var bin = Math.Clamp((int)Math.Ceiling(confidence * CalibrationBins) - 1, 0, CalibrationBins - 1);
        _confidence[bin].Add(confidence);
        _correct[bin].Add((isPositiveCase ? actual == _reader.Positive : isHit) ? 1 : 0);
    }

    private void ComputePositive(ClassCounts counts, string name, QualityFaults faults)
    {
        Metrics[QualityMetrics.Precision] = Intervals.Wilson(counts.Hits, counts.Predicted);
        Metrics[QualityMetrics.Recall] = Intervals.Wilson(counts.Hits, counts.Actual);

        // F1 = 2J/(1 + J), where J = hits/union is a proportion; the function is increasing and maps the bounds.
        var overlap = Intervals.Wilson(counts.Hits, counts.Actual + counts.Predicted - counts.Hits);
        Metrics[QualityMetrics.F1] = new(ToF1(overlap.Value), ToF1(overlap.Low), ToF1(overlap.High));
        if (_reader.HasScore)
        {
            var bins = _scores.ToBins();
            Metrics[QualityMetrics.Auc] = RankMetrics.Auc(bins, _scores.IsExact);
            Metrics[QualityMetrics.AveragePrecision] = RankMetrics.AveragePrecision(bins, _scores.IsExact);
        }

        if (Outcomes > 0 && (counts.Actual == 0 || counts.Actual == Outcomes))
        {
            var text = counts.Actual == 0 ? "recall, auc and auprc are" : "auc is";
            faults.Count($"{text} not defined, because {(counts.Actual == 0 ? "no outcome is" : "all outcomes are")} the positive class '{{1}}'.", name);
        }

        if (Outcomes > 0 && counts.Predicted == 0)
        {
            faults.Count("precision is not defined, because no prediction is the positive class '{1}'.", name);
        }

        static double ToF1(double overlap) => 2 * overlap / (1 + overlap);
    }

    private void ComputeAverages(SortedDictionary<int, ClassCounts> classes, QualityFaults faults)
    {
        Metrics[QualityMetrics.MacroPrecision] = _confusion.Average(classes, ClassCounts.Precision, isWeighted: false);
        Metrics[QualityMetrics.MacroRecall] = _confusion.Average(classes, ClassCounts.Recall, isWeighted: false);
        Metrics[QualityMetrics.MacroF1] = _confusion.Average(classes, ClassCounts.F1, isWeighted: false);
        Metrics[QualityMetrics.WeightedPrecision] = _confusion.Average(classes, ClassCounts.Precision, isWeighted: true);
        Metrics[QualityMetrics.WeightedF1] = _confusion.Average(classes, ClassCounts.F1, isWeighted: true);
        if (_classScores.Length > 0)
        {
            var areas = _classScores.Select(static scores => RankMetrics.Auc(scores.ToBins(), scores.IsExact))
                .Where(static auc => !double.IsNaN(auc.Value))
                .ToList();
            if (areas.Count > 0)
            {
                // The standard error of a mean is at most the mean of the standard errors, whatever the correlation of the classes.
                Metrics[QualityMetrics.MacroAuc] = new(
                    areas.Average(static auc => auc.Value), areas.Average(static auc => auc.Low), areas.Average(static auc => auc.High));
            }
        }

        if (classes.Count > MaxClassesOfMetrics)
        {
            faults.Count(
                "There are {1} classes. precision and recall of single classes are not in the result, which has them for at most 50.", $"{classes.Count}");
            return;
        }

        foreach (var (index, counts) in classes)
        {
            Metrics[$"{QualityMetrics.Precision}/{_reader.Labels.Names[index]}"] = Intervals.Wilson(counts.Hits, counts.Predicted);
            Metrics[$"{QualityMetrics.Recall}/{_reader.Labels.Names[index]}"] = Intervals.Wilson(counts.Hits, counts.Actual);
        }
    }

    /// <summary>
    /// Computes the expected calibration error, Σ wᵦ |cᵦ − aᵦ|, where wᵦ is the share of the rows in a bin, cᵦ their mean confidence and aᵦ the
    /// share of correct ones.
    /// The interval is conservative: by the Cauchy-Schwarz inequality, the error of the sum is at most √(χ² Σ wᵦ² sᵦ²), where χ² is the quantile for the
    /// number of bins and sᵦ the standard error of aᵦ.
    /// </summary>
    private QualityEstimate GetCalibrationError()
    {
        double error = 0, variance = 0;
        var bins = 0;
        for (var i = 0; i < CalibrationBins; i++)
        {
            if (_correct[i].Count > 0)
            {
                var (share, rate) = ((double)_correct[i].Count / _logLoss.Count, ((_correct[i].Mean * _correct[i].Count) + 1) / (_correct[i].Count + 2));
                error += share * Math.Abs(_confidence[i].Mean - _correct[i].Mean);
                variance += share * share * rate * (1 - rate) / _correct[i].Count;
                bins++;
            }
        }

        var half = Math.Sqrt(ChiSquared.InvCDF(bins, Intervals.Level) * variance);
        return new(error, Math.Max(0, error - half), Math.Min(1, error + half));
    }
}
