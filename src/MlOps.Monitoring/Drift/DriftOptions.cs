namespace MlOps.Monitoring.Drift;

/// <summary>The settings of the decision on drift.</summary>
/// <remarks>
/// A feature has drifted if its change is significant after the correction for all features, and its effect size reaches the threshold. All effect sizes are
/// shares of rows, 0 to 1, and one outlier changes them by one row at most.
/// </remarks>
public sealed class DriftOptions
{
    /// <summary>Gets or sets the largest share of comparisons without drift in which at least one feature may be reported.</summary>
    /// <value>
    /// The default is 0.05; the range is 0.000001 to 0.5. The simulated rates for 50 to 1,000 rows and 1 to 100 features are 0.025 to 0.051 for numbers and
    /// 0.026 to 0.055 for categories (standard error 0.002 to 0.01). From 10,000 rows, no alarm was simulated, because the thresholds of the effect sizes
    /// exclude changes that are so small.
    /// </value>
    public double Significance { get; set; } = 0.05;

    /// <summary>Gets or sets the smallest number of values, in the baseline and in the current rows, for a decision.</summary>
    /// <value>
    /// The default is 50; the range is 10 to 1,000,000,000. A feature with fewer values is <see cref="DriftVerdict.TooFewValues"/>. The rate of false alarms
    /// does not depend on it: the tests use the number of values. With 50 values, the smallest change that is found in half of the comparisons is about 0.27.
    /// </value>
    public int MinimumValues { get; set; } = 50;

    /// <summary>Gets or sets the smallest change of numbers that is drift.</summary>
    /// <value>
    /// The default is 0.1; the range is 0 to 1. The effect size is the Kolmogorov-Smirnov distance: the largest change of the share of values below any limit.
    /// A shift of a normal distribution by ¼ standard deviation has the distance 0.1. The threshold is reached if the upper bound of the 99.9 % confidence band
    /// of the distance reaches it. A larger threshold has fewer false alarms; 0 leaves the decision to <see cref="Significance"/>.
    /// </value>
    public double NumericThreshold { get; set; } = 0.1;

    /// <summary>Gets or sets the smallest change of categories that is drift.</summary>
    /// <value>
    /// The default is 0.1; the range is 0 to 1. The effect size is the total variation distance: the share of rows that would have to change their category.
    /// The threshold is reached if the upper bound of its 99.9 % confidence band reaches it. A larger threshold has fewer false alarms; 0 leaves the decision
    /// to
    /// <see cref="Significance"/>.
    /// </value>
    public double CategoryThreshold { get; set; } = 0.1;

    /// <summary>Gets or sets the smallest change of the share of missing values that is drift.</summary>
    /// <value>
    /// The default is 0.05; the range is 0 to 1. NaN and infinities count as missing. The threshold is reached if the upper bound of the 99.9 % confidence band
    /// of the change reaches it. A larger threshold has fewer false alarms; 0 leaves the decision to <see cref="Significance"/>.
    /// </value>
    public double MissingThreshold { get; set; } = 0.05;
}
