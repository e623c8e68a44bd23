using System.Globalization;
using MlOps.Datasets;

namespace MlOps.Monitoring.Drift;

/// <summary>The drift of all features together, measured by a classifier that separates current from reference rows.</summary>
/// <remarks>
/// Immutable and thread-safe. A classifier is trained on rows of both kinds, and each row is scored by a classifier that did not see it (cross-validation). If
/// the area under the ROC curve (AUC) is ½, the rows cannot be told apart. The drift may be in the relation of features whose own distributions are unchanged.
/// </remarks>
public sealed class ClassifierDrift
{
    private const double Normal95 = 1.959963984540054;

    /// <summary>The default of the smallest AUC that is reported as drift.</summary>
    public const double DefaultThreshold = 0.55;

    private const int MinCount = 50;
    private const int MaxRows = 10_000;
    private const int Folds = 5;
    private const int Seed = 1;

    private ClassifierDrift()
    {
    }

    /// <summary>Gets the AUC: the probability that a current row has a higher score than a reference row, 0 to 1.</summary>
    public required double Auc { get; init; }

    /// <summary>Gets the lower bound of the 95 % confidence interval of the AUC.</summary>
    public required double Low { get; init; }

    /// <summary>Gets the upper bound of the 95 % confidence interval of the AUC.</summary>
    public required double High { get; init; }

    /// <summary>Gets the decision.</summary>
    /// <value>
    /// <see cref="DriftVerdict.Drifted"/> if the interval is above ½ and reaches the threshold; <see cref="DriftVerdict.TooFewValues"/> for less than 50 rows
    /// of a kind. The rate of false alarms is at most 2.5 %.
    /// </value>
    public required DriftVerdict Verdict { get; init; }

    /// <summary>Gets the reason for the decision.</summary>
    public required string Reason { get; init; }

    /// <summary>Compares current rows with reference rows by a classifier.</summary>
    /// <remarks>At most 10,000 rows of each kind are used, a random sample with a fixed seed. The classifier is cross-validated with 5 folds.</remarks>
    /// <param name="classifier">The classifier. <c>AddMLNetModels()</c> registers one.</param>
    /// <param name="reference">The reference rows, such as the training data without the label.</param>
    /// <param name="current">The current rows, such as logged predictions, with the same columns.</param>
    /// <param name="threshold">The smallest AUC that is reported as drift, 0.5 to 1.</param>
    /// <param name="cancellationToken">Cancels the comparison between two folds.</param>
    /// <returns>The drift. With less than 50 rows of a kind, the verdict is <see cref="DriftVerdict.TooFewValues"/>, and the AUC is NaN.</returns>
    /// <exception cref="ArgumentException">The sources have different columns.</exception>
    public static async Task<ClassifierDrift> CompareAsync(
        IRowClassifier classifier,
        IRowSource reference,
        IRowSource current,
        double threshold = DefaultThreshold,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        var sample = await ClassifierSample.ReadAsync(reference, current, MaxRows, Seed, cancellationToken).ConfigureAwait(false);
        var currentRows = sample.IsCurrent.Count(static isCurrent => isCurrent);
        var fewest = Math.Min(currentRows, sample.IsCurrent.Length - currentRows);
        if (fewest < MinCount)
        {
            return new ClassifierDrift
            {
                Auc = double.NaN,
                Low = double.NaN,
                High = double.NaN,
                Verdict = DriftVerdict.TooFewValues,
                Reason = string.Create(CultureInfo.InvariantCulture, $"There are {fewest} rows of a kind. A decision needs {MinCount}."),
            };
        }

        var scores = await classifier.ScoreAsync(sample.Rows, sample.IsCurrent, Folds, Seed, cancellationToken).ConfigureAwait(false);
        return FromScores(scores, sample.IsCurrent, threshold);
    }

    /// <summary>Computes the AUC with its confidence interval from scores.</summary>
    /// <param name="scores">The cross-validated scores, <c>[rows]</c>. A higher score means that the row is more likely a current one.</param>
    /// <param name="isCurrent">Whether each row is a current one, <c>[rows]</c>.</param>
    /// <param name="threshold">The smallest AUC that is reported as drift, 0.5 to 1.</param>
    /// <returns>The drift.</returns>
    /// <exception cref="ArgumentException">The lengths differ, there are no rows of a kind, or a score is NaN or infinite.</exception>
    /// <remarks>
    /// The interval uses the variance of E. R. DeLong et al., https://doi.org/10.2307/2531595, on the logit scale, which keeps it within 0 to 1. Unlike the
    /// variance of Hanley and McNeil, it assumes no distribution of the scores. The folds of a cross-validation share rows, so the coverage is approximate.
    /// If all pairs are ordered, the variance is that of an AUC with one half of a wrong pair.
    /// </remarks>
    public static ClassifierDrift FromScores(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isCurrent, double threshold = DefaultThreshold)
    {
        if (scores.Length != isCurrent.Length)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"There are {scores.Length} scores and {isCurrent.Length} labels. Pass a label for each score."),
                nameof(isCurrent));
        }

        if (threshold is not (>= 0.5 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Set the threshold of the AUC to 0.5 to 1.");
        }

        var (auc, variance, reference, current) = Delong(scores, isCurrent);
        var (low, high) = Interval(auc, variance, (double)reference * current);
        var (verdict, reason) = Decide(auc, low, high, threshold, Math.Min(reference, current));
        return new ClassifierDrift { Auc = auc, Low = low, High = high, Verdict = verdict, Reason = reason };
    }

    private static (double Auc, double Variance, int Reference, int Current) Delong(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isCurrent)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var index = 0; index < scores.Length; index++)
        {
            (isCurrent[index] ? second : first).Add(scores[index]);
        }

        var reference = SortedSample.Create([.. first], nameof(scores));
        var current = SortedSample.Create([.. second], nameof(scores));

        // The placement of a row is the share of rows of the other kind that it is ordered before or after.
        var above = Placements(current, reference);
        var below = Array.ConvertAll(Placements(reference, current), static share => 1 - share);
        var variance = (Variance(above) / current.Length) + (Variance(below) / reference.Length);
        return (PairwiseSum.Mean(above), variance, reference.Length, current.Length);
    }

    private static double Variance(double[] values) => values.Length < 2 ? 0 : PairwiseSum.Variance(values, 1);

    private static double[] Placements(double[] sample, double[] other)
    {
        var (below, upTo) = (SortedSample.CountUpTo(other, sample, isStrict: true), SortedSample.CountUpTo(other, sample));
        return [.. below.Zip(upTo, (below, upTo) => (below + (0.5 * (upTo - below))) / other.Length)];
    }

    private static (double Low, double High) Interval(double auc, double variance, double pairs)
    {
        var inner = Math.Clamp(auc, 0.5 / pairs, 1 - (0.5 / pairs));
        var slope = inner * (1 - inner);
        var half = Normal95 * Math.Sqrt(Math.Max(variance, slope / pairs)) / slope;
        var logit = Math.Log(inner / (1 - inner));
        return (1 / (1 + Math.Exp(half - logit)), 1 / (1 + Math.Exp(-half - logit)));
    }

    private static (DriftVerdict Verdict, string Reason) Decide(double auc, double low, double high, double threshold, int count)
    {
        var measured = string.Create(CultureInfo.InvariantCulture, $"AUC {auc:0.00}, 95 % interval {low:0.00} to {high:0.00}");
        if (count < MinCount)
        {
            return (DriftVerdict.TooFewValues, string.Create(
                CultureInfo.InvariantCulture, $"There are {count} rows of one kind. A decision needs {MinCount} of each kind ({measured})."));
        }

        if (low <= 0.5)
        {
            return (DriftVerdict.Stable, $"A classifier cannot tell the current rows from the baseline ({measured}).");
        }

        return high < threshold
            ? (DriftVerdict.Stable, string.Create(
                CultureInfo.InvariantCulture,
                $"A classifier tells the current rows from the baseline only a little, below the threshold of {threshold:0.00} ({measured})."))
            : (DriftVerdict.Drifted, $"A classifier tells the current rows from the baseline by their features ({measured}).");
    }
}
