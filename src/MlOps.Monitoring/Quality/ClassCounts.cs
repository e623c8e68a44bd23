namespace MlOps.Monitoring.Quality;

/// <summary>The totals of a class in a confusion matrix.</summary>
/// <param name="Actual">The number of rows whose outcome is the class.</param>
/// <param name="Predicted">The number of rows that are predicted as the class.</param>
/// <param name="Hits">The number of rows with both.</param>
internal readonly record struct ClassCounts(long Actual, long Predicted, long Hits)
{
    /// <summary>Computes the precision, hits/predicted; 0 if no row is predicted as the class.</summary>
    public static ClassMetric Precision(ClassCounts counts) => counts.Predicted == 0
        ? default
        : new((double)counts.Hits / counts.Predicted, 0, -(double)counts.Hits / counts.Predicted / counts.Predicted, 1.0 / counts.Predicted);

    /// <summary>Computes the recall, hits/actual; 0 if no row has the class.</summary>
    public static ClassMetric Recall(ClassCounts counts) => counts.Actual == 0
        ? default
        : new((double)counts.Hits / counts.Actual, -(double)counts.Hits / counts.Actual / counts.Actual, 0, 1.0 / counts.Actual);

    /// <summary>Computes the F1 score, 2 hits/(actual + predicted).</summary>
    public static ClassMetric F1(ClassCounts counts)
    {
        double total = counts.Actual + counts.Predicted;
        var slope = -2 * counts.Hits / total / total;
        return total == 0 ? default : new(2 * counts.Hits / total, slope, slope, 2 / total);
    }
}
