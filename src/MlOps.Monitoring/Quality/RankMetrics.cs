namespace MlOps.Monitoring.Quality;

/// <summary>Metrics of the order of scores in two classes.</summary>
internal static class RankMetrics
{
    /// <summary>Computes the area under the receiver operating characteristic: the probability that a positive row has a greater score than a negative
    /// row, where equal scores count half.</summary>
    /// <param name="bins">The rows by score, in ascending order.</param>
    /// <param name="isExact">Whether a bin contains a single score. Otherwise the interval is widened by the maximum effect of the order in the bins.</param>
    /// <returns>
    /// The area with the interval of DeLong's variance on the logit scale; for an area of 0 or 1, the Wilson interval with the count of the smaller
    /// class. NaN if a
    /// class has no rows.
    /// </returns>
    /// <seealso href="https://doi.org/10.2307/2531595">DeLong, DeLong and Clarke-Pearson (1988).</seealso>
    public static QualityEstimate Auc(IReadOnlyList<ScoreBin> bins, bool isExact)
    {
        var (positives, negatives) = Count(bins);
        if (positives == 0 || negatives == 0)
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        double sum = 0, positiveSquares = 0, negativeSquares = 0, uncertain = 0;
        long negativesBelow = 0, positivesBelow = 0;
        foreach (var bin in bins)
        {
            var below = (negativesBelow + (bin.Negatives / 2.0)) / negatives;
            var above = (positives - positivesBelow - (bin.Positives / 2.0)) / positives;
            sum += bin.Positives * below;
            positiveSquares += bin.Positives * below * below;
            negativeSquares += bin.Negatives * above * above;
            uncertain += (double)bin.Positives * bin.Negatives;
            negativesBelow += bin.Negatives;
            positivesBelow += bin.Positives;
        }

        var auc = sum / positives;
        var error = Math.Sqrt(Variance(positiveSquares, positives, auc) + Variance(negativeSquares, negatives, auc));
        var interval = Intervals.Logit(auc, error, Math.Min(positives, negatives));
        return isExact ? interval : Widen(interval, uncertain / 2 / positives / negatives);

        static double Variance(double squares, long count, double mean) =>
            count < 2 ? mean * (1 - mean) : Math.Max(0, squares - (count * mean * mean)) / (count - 1) / count;
    }

    /// <summary>Computes the average precision, Σ (Rₖ − Rₖ₋₁) Pₖ over the distinct scores in descending order, an estimate of the area under the
    /// precision-recall curve.</summary>
    /// <param name="bins">The rows by score, in ascending order.</param>
    /// <param name="isExact">Whether a bin contains a single score. Otherwise the interval is widened by the maximum effect of the order in the bins.</param>
    /// <returns>The average precision with the logit interval of Boyd et al.; NaN if there are no positive rows.</returns>
    /// <seealso href="https://doi.org/10.1007/978-3-642-40994-3_29">Boyd, Eng and Page (2013).</seealso>
    public static QualityEstimate AveragePrecision(IReadOnlyList<ScoreBin> bins, bool isExact)
    {
        var (positives, _) = Count(bins);
        if (positives == 0)
        {
            return new(double.NaN, double.NaN, double.NaN);
        }

        double sum = 0, best = 0, worst = 0;
        long truePositives = 0, accepted = 0;
        for (var i = bins.Count - 1; i >= 0; i--)
        {
            var bin = bins[i];
            // The precision rises from positive to positive: the last one bounds it from above if the positives come first, the first one from below otherwise.
            best += bin.Positives == 0 ? 0 : bin.Positives * ((double)(truePositives + bin.Positives) / (accepted + bin.Positives));
            worst += bin.Positives * ((truePositives + 1.0) / (accepted + bin.Negatives + 1));
            truePositives += bin.Positives;
            accepted += bin.Positives + bin.Negatives;
            sum += bin.Positives == 0 ? 0 : bin.Positives * ((double)truePositives / accepted);
        }

        var precision = sum / positives;
        var interval = Intervals.Logit(precision, Math.Sqrt(precision * (1 - precision) / positives), positives);
        return isExact ? interval : Widen(interval, Math.Max((best / positives) - precision, precision - (worst / positives)));
    }

    private static QualityEstimate Widen(QualityEstimate interval, double error) =>
        interval with { Low = Math.Max(0, interval.Low - error), High = Math.Min(1, interval.High + error) };

    private static (long Positives, long Negatives) Count(IReadOnlyList<ScoreBin> bins) =>
        (bins.Sum(static bin => bin.Positives), bins.Sum(static bin => bin.Negatives));
}
