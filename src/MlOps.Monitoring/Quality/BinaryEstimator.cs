namespace MlOps.Monitoring.Quality;

/// <summary>Estimates accuracy, precision, recall, F1 and the area under the ROC of two classes.</summary>
/// <remarks>
/// With the calibrated probability c of each row, the expected counts are Σ c over the rows that are predicted as positive (true positives), and so
/// on. A metric M has
/// the variance Σ g² c(1 − c) of the outcomes plus Σ (Σ g w)² v of the calibration, where g is the derivative of M with respect to c of a row, w its weight in
/// a block of the calibration, and v the variance of the rate of the block.
/// </remarks>
internal sealed class BinaryEstimator(IsotonicMap map) : QualityEstimator
{
    /// <inheritdoc/>
    public override void Add(ClassificationReader row)
    {
        // The rows are in the histogram of the scores.
    }

    /// <inheritdoc/>
    public override void Estimate(ScoreHistogram scores, Dictionary<string, QualityEstimate> estimated, QualityFaults faults)
    {
        var groups = scores.ToBins().ConvertAll(bin => new Group(bin, map));
        double accepted = groups.Sum(static group => group.Accepted);
        double rows = groups.Sum(static group => group.Rows);
        if (rows == 0)
        {
            return;
        }

        var hits = groups.Sum(static group => group.Accepted * group.Rate);
        var positives = groups.Sum(static group => group.Rows * group.Rate);
        var rejections = groups.Sum(static group => group.Declined * (1 - group.Rate));
        Add(QualityMetrics.Accuracy, (hits + rejections) / rows, _ => (1 / rows, -1 / rows));
        if (accepted > 0)
        {
            Add(QualityMetrics.Precision, hits / accepted, _ => (1 / accepted, 0));
        }

        if (positives > 0)
        {
            var (recall, f1) = (hits / positives, 2 * hits / (accepted + positives));
            Add(QualityMetrics.Recall, recall, _ => ((1 - recall) / positives, -recall / positives));
            Add(QualityMetrics.F1, f1, _ => ((2 - f1) / (accepted + positives), -f1 / (accepted + positives)));
        }

        EstimateAuc(groups, positives, rows, Add);
        ReportRange(
            groups.Where(group => group.Score < map.Minimum || group.Score > map.Maximum).Sum(static group => group.Rows), (long)rows, faults);

        void Add(string metric, double value, Func<int, (double Accepted, double Declined)> gradient) =>
            estimated[metric] = ToInterval(value, GetVariance(groups, gradient));
    }

    /// <summary>
    /// Estimates the area: Σ cᵢ(1 − cⱼ)h(i, j) over the pairs of different rows, divided by Σ cᵢ(1 − cⱼ), where h is 1 if the score of i is greater,
    /// and ½ if equal.
    /// </summary>
    private static void EstimateAuc(
        List<Group> groups, double positives, double rows, Action<string, double, Func<int, (double Accepted, double Declined)>> add)
    {
        var negatives = rows - positives;
        var same = groups.Sum(static group => group.Rows * group.Rate * (1 - group.Rate));
        var pairs = (positives * negatives) - same;
        if (!(pairs > 0))
        {
            return;
        }

        var gradients = new double[groups.Count];
        double ordered = -same / 2, negativesBelow = 0, positivesBelow = 0;
        for (var i = 0; i < groups.Count; i++)
        {
            var (positive, negative) = (groups[i].Rows * groups[i].Rate, groups[i].Rows * (1 - groups[i].Rate));
            var below = negativesBelow + (negative / 2);
            var above = positives - positivesBelow - (positive / 2);
            ordered += positive * below;
            gradients[i] = below - above;
            (negativesBelow, positivesBelow) = (negativesBelow + negative, positivesBelow + positive);
        }

        var auc = ordered / pairs;
        add(QualityMetrics.Auc, Math.Clamp(auc, 0, 1), index =>
        {
            var gradient = (gradients[index] - (auc * (negatives - positives))) / pairs;
            return (gradient, gradient);
        });
    }

    private double GetVariance(List<Group> groups, Func<int, (double Accepted, double Declined)> gradient)
    {
        var variance = 0.0;
        var blocks = new double[map.Scores.Length];
        for (var i = 0; i < groups.Count; i++)
        {
            var group = groups[i];
            var (accepted, declined) = gradient(i);
            variance += ((group.Accepted * accepted * accepted) + (group.Declined * declined * declined)) * group.Noise;
            var total = (group.Accepted * accepted) + (group.Declined * declined);
            blocks[group.Place.Block] += total * (1 - group.Place.Fraction);
            if (group.Place.Fraction > 0)
            {
                blocks[group.Place.Block + 1] += total * group.Place.Fraction;
            }
        }

        for (var i = 0; i < blocks.Length; i++)
        {
            variance += blocks[i] * blocks[i] * map.GetVariance(i);
        }

        return variance;
    }

    private readonly struct Group
    {
        public Group(ScoreBin bin, IsotonicMap map)
        {
            (Score, Accepted, Declined, Place) = (bin.Score, bin.Accepted, bin.Declined, map.Locate(bin.Score));
            (Rate, Noise) = (map.GetRate(Place), map.GetNoise(Place));
        }

        public double Score { get; }

        public long Accepted { get; }

        public long Declined { get; }

        public long Rows => Accepted + Declined;

        public (int Block, double Fraction) Place { get; }

        public double Rate { get; }

        public double Noise { get; }
    }
}
