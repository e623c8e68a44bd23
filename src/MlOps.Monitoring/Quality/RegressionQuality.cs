using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the metrics of a regression, from sums.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class RegressionQuality : TaskQuality
{
    private readonly int _score;
    private readonly SegmentCollector _segments;
    private readonly QualityFaults _faults;
    private readonly bool _isSquared;
    private MeanAccumulator _absolute;
    private MeanAccumulator _squared;
    private MeanAccumulator _bias;
    private MeanAccumulator _percentage;
    private MeanAccumulator _actual;
    private double _shift = double.NaN;
    private Moments _moments;

    public RegressionQuality(QualityOptions options, IReadOnlyList<RowColumn> columns, SegmentCollector segments, QualityFaults faults)
    {
        var found = new QualityColumns(columns);
        _score = found.FindNumbers(nameof(options.Score), options.Score);
        if (_score < 0)
        {
            throw found.Missing(nameof(options.Score), options.Score);
        }

        (_segments, _faults) = (segments, faults);
        _isSquared = segments.Metric == QualityMetrics.RootMeanSquaredError;
    }

    public override void Add(RowBatch batch, ReadOnlySpan<ActualValue> actuals)
    {
        var scores = batch.Numbers(_score);
        for (var row = 0; row < batch.Count; row++)
        {
            if (!double.IsFinite(scores[row]))
            {
                _faults.Count("{0} predictions are missing, NaN or infinite, and were left out. Check the output of the model.");
                continue;
            }

            if (!actuals[row].IsNone && OutcomeNumber.TryRead(actuals[row], _faults, out var actual))
            {
                AddOutcome(batch, row, scores[row], actual);
            }
        }
    }

    public override void Compute(QualityFaults faults)
    {
        Metrics[QualityMetrics.MeanAbsoluteError] = Intervals.PositiveMean(_absolute);
        Metrics[QualityMetrics.RootMeanSquaredError] = Intervals.Root(_squared);
        Metrics[QualityMetrics.RSquared] = GetRSquared(faults);
        Metrics[QualityMetrics.PercentageError] = Intervals.PositiveMean(_percentage);
        Metrics[QualityMetrics.Bias] = Intervals.Mean(_bias);
        if (Outcomes > _percentage.Count)
        {
            faults.Count("{0} outcomes are zero and were left out of mape, which divides by the outcome. Prefer mae.", rows: Outcomes - _percentage.Count);
        }

        var overflowed = Metrics.Where(metric => Outcomes > 0 && metric.Key != QualityMetrics.RSquared && metric.Key != QualityMetrics.PercentageError
            && double.IsNaN(metric.Value.Value)).Select(static metric => metric.Key).ToList();
        if (overflowed.Count > 0)
        {
            faults.Count(
                "{1} cannot be computed, because an error is too large for a number of double precision. "
                + "Check the outcomes and predictions for damaged values.",
                string.Join(", ", overflowed));
        }
    }

    private void AddOutcome(RowBatch batch, int row, double score, double actual)
    {
        Outcomes++;
        var error = score - actual;
        var square = error * error;
        _absolute.Add(Math.Abs(error));
        _squared.Add(square);
        _bias.Add(error);
        _actual.Add(actual);
        if (actual != 0)
        {
            _percentage.Add(Math.Abs(error / actual));
        }

        if (double.IsNaN(_shift))
        {
            _shift = actual;
        }

        _moments.Add(actual - _shift, square);
        _segments.Add(batch, row, _isSquared ? square : Math.Abs(error));
    }

    /// <summary>
    /// Computes R² = 1 − A/B with A = mean of e² and B = mean of (y − ȳ)². The interval is R² ± z √(mean of f² / n) with the influence
    /// f = −e²/B + A (y − ȳ)²/B² of a row (delta method).
    /// </summary>
    private QualityEstimate GetRSquared(QualityFaults faults)
    {
        var spread = _actual.SquaredDifferences / _actual.Count;
        if (Outcomes < 2 || spread == 0)
        {
            if (Outcomes > 0)
            {
                faults.Count(Outcomes < 2 ? "r_squared is not defined for a single outcome." : "r_squared is not defined, because all outcomes are equal.");
            }

            return new(double.NaN, double.NaN, double.NaN);
        }

        var value = 1 - (_squared.Mean / spread);
        if (!double.IsFinite(value))
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        var half = Intervals.Normal(Intervals.Level) * Math.Sqrt(_moments.GetInfluence(_squared.Mean, spread) / Outcomes);
        return new(value, value - half, Math.Min(1, value + half));
    }

    /// <summary>The moments of u = y − shift and of the squared error e², which the interval of R² needs.</summary>
    private struct Moments
    {
        private double _count;
        private double _first;
        private double _second;
        private double _third;
        private double _fourth;
        private double _error;
        private double _errorFirst;
        private double _errorSecond;
        private double _errorSquared;

        public void Add(double u, double square)
        {
            _count++;
            _first += u;
            _second += u * u;
            _third += u * u * u;
            _fourth += u * u * u * u;
            _error += square;
            _errorFirst += square * u;
            _errorSecond += square * u * u;
            _errorSquared += square * square;
        }

        /// <summary>Computes the mean square of the influence.</summary>
        public readonly double GetInfluence(double error, double spread)
        {
            var mean = _first / _count;
            var fourth = ((_fourth - (4 * mean * _third) + (6 * mean * mean * _second)) / _count) - (3 * mean * mean * mean * mean);
            var mixed = (_errorSecond - (2 * mean * _errorFirst) + (mean * mean * _error)) / _count;
            var ratio = error / spread;
            return Math.Max(0, (_errorSquared / _count) - (2 * ratio * mixed) + (ratio * ratio * fourth)) / (spread * spread);
        }
    }
}
