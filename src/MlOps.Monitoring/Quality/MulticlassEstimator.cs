namespace MlOps.Monitoring.Quality;

/// <summary>Estimates the accuracy of more than two classes.</summary>
/// <remarks>
/// The accuracy is the mean of the calibrated chance q that the predicted class of a row is right. Its variance is Σ q(1 − q)/n² of the outcomes
/// plus the variance of
/// the calibration (see <see cref="BinaryEstimator"/>).
/// </remarks>
/// <param name="maps">The functions of the predicted classes, in the order of the probabilities, and of all classes.</param>
internal sealed class MulticlassEstimator(IReadOnlyList<IsotonicMap?> maps) : QualityEstimator
{
    private readonly double[][] _blocks = [.. maps.Select(static map => new double[map?.Scores.Length ?? 0])];
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

        var index = maps[predicted] is null ? maps.Count - 1 : predicted;
        var (map, score) = (maps[index]!, row.Probabilities[predicted]);
        var place = map.Locate(score);
        _rows++;
        _outside += score < map.Minimum || score > map.Maximum ? 1 : 0;
        _sum += map.GetRate(place);
        _noise += map.GetNoise(place);
        _blocks[index][place.Block] += 1 - place.Fraction;
        if (place.Fraction > 0)
        {
            _blocks[index][place.Block + 1] += place.Fraction;
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
                variance += _blocks[i][block] * _blocks[i][block] * maps[i]!.GetVariance(block);
            }
        }

        estimated[QualityMetrics.Accuracy] = ToInterval(_sum / _rows, variance / _rows / _rows);
        ReportRange(_outside, _rows, faults);
    }
}
