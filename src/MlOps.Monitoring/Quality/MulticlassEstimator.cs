namespace MlOps.Monitoring.Quality;

/// <summary>Estimates the accuracy of more than two classes.</summary>
/// <remarks>
/// The probability of each class is calibrated apart, and the probabilities of a row are divided by their sum. The accuracy is the mean probability
/// q of the predicted
/// class, with the variance Σ q(1 − q)/n² of the outcomes plus the variance of the calibration (see <see cref="BinaryEstimator"/>).
/// </remarks>
/// <param name="maps">The functions of the classes, in the order of the probabilities.</param>
internal sealed class MulticlassEstimator(IReadOnlyList<IsotonicMap> maps) : QualityEstimator
{
    private readonly double[][] _blocks = [.. maps.Select(static map => new double[map.Scores.Length])];
    private readonly (int Block, double Fraction)[] _places = new (int Block, double Fraction)[maps.Count];
    private long _rows;
    private long _outside;
    private double _sum;
    private double _noise;

    /// <inheritdoc/>
    public override void Add(ClassificationReader row)
    {
        var predicted = Array.IndexOf(row.VectorClasses, row.Predicted);
        if (!row.HasProbability || predicted < 0)
        {
            return;
        }

        var total = 0.0;
        for (var i = 0; i < maps.Count; i++)
        {
            _places[i] = maps[i].Locate(row.Probabilities[i]);
            total += maps[i].GetRate(_places[i]);
        }

        _rows++;
        var score = row.Probabilities[predicted];
        _outside += score < maps[predicted].Minimum || score > maps[predicted].Maximum ? 1 : 0;
        if (total == 0)
        {
            return;
        }

        var share = maps[predicted].GetRate(_places[predicted]) / total;
        _sum += share;
        _noise += Math.Max(share * (1 - share), Math.Min(maps[predicted].GetNoise(_places[predicted]), 0.25));
        for (var i = 0; i < maps.Count; i++)
        {
            var gradient = ((i == predicted ? 1 : 0) - share) / total;
            _blocks[i][_places[i].Block] += gradient * (1 - _places[i].Fraction);
            if (_places[i].Fraction > 0)
            {
                _blocks[i][_places[i].Block + 1] += gradient * _places[i].Fraction;
            }
        }
    }

    /// <inheritdoc/>
    public override void Estimate(ScoreHistogram scores, Dictionary<string, QualityEstimate> estimated, QualityFaults faults)
    {
        if (_rows == 0)
        {
            return;
        }

        var variance = _noise;
        for (var i = 0; i < maps.Count; i++)
        {
            for (var block = 0; block < _blocks[i].Length; block++)
            {
                variance += _blocks[i][block] * _blocks[i][block] * maps[i].GetVariance(block);
            }
        }

        estimated[QualityMetrics.Accuracy] = ToInterval(_sum / _rows, variance / _rows / _rows);
        ReportRange(_outside, _rows, faults);
    }
}
