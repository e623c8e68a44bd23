namespace MlOps.Monitoring.Quality;

/// <summary>Estimates metrics without outcomes, from calibrated probabilities (confidence-based performance estimation).</summary>
/// <remarks>
/// Not thread-safe. The estimate holds if the relation between scores and outcomes is that of the reference rows. It includes the effect of other
/// inputs (covariate
/// shift), but not of another relation (concept drift). The interval contains the realised value of a window with 95 %: it adds the variance of the outcomes of
/// the window to the variance of the calibration from a finite number of reference rows.
/// </remarks>
/// <seealso href="https://arxiv.org/abs/2401.08348">Białek et al. (2024), performance estimation under covariate shift without labels.</seealso>
internal abstract class QualityEstimator
{
    /// <summary>Creates the estimator that fits a calibration.</summary>
    /// <returns>The estimator; <see langword="null"/> if the calibration does not fit the rows, which is counted as a fault.</returns>
    public static QualityEstimator? Create(Calibration calibration, ClassificationReader reader, QualityFaults faults)
    {
        int[] indexes = [.. calibration.Classes.Select(reader.Labels.GetOrAdd)];
        if (indexes.Length == 1 && reader.HasScore && reader.VectorClasses.Length <= 2 && indexes[0] == reader.Positive)
        {
            return new BinaryEstimator(calibration.Maps[0]!);
        }

        if (indexes.Length > 2 && indexes.SequenceEqual(reader.VectorClasses))
        {
            return new MulticlassEstimator(calibration.Maps);
        }

        if (reader.HasUnknownClasses)
        {
            // The reader has counted the fault, with its remedy.
            return null;
        }

        faults.Count(
            "The metrics are not estimated without outcomes, because the baseline has the calibration of the classes {1}, and the predictions have others. "
            + "Create the baseline again with the present settings.",
            QualityFaults.Shorten(string.Join(", ", calibration.Classes)));
        return null;
    }

    /// <summary>Adds a row.</summary>
    public abstract void Add(ClassificationReader row);

    /// <summary>Estimates the metrics.</summary>
    /// <param name="scores">The scores of the positive class in all rows.</param>
    /// <param name="estimated">The metrics.</param>
    /// <param name="faults">The faults of the result.</param>
    public abstract void Estimate(ScoreHistogram scores, Dictionary<string, QualityEstimate> estimated, QualityFaults faults);

    /// <summary>Creates the interval of an estimate.</summary>
    protected static QualityEstimate ToInterval(double value, double variance)
    {
        var half = Intervals.Normal(Intervals.Level) * Math.Sqrt(variance);
        return new(value, Math.Max(0, value - half), Math.Min(1, value + half));
    }

    /// <summary>Counts a fault if many scores are outside the range of the reference.</summary>
    protected static void ReportRange(long outside, long rows, QualityFaults faults)
    {
        const double Limit = 0.05;
        if (outside > Limit * rows)
        {
            faults.Count("{0} scores are outside the range of the reference rows, so the metrics estimated without outcomes are not reliable.", rows: outside);
        }
    }
}
