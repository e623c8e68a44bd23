using System.Globalization;
using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Drift;

/// <summary>Compares profiles with a baseline.</summary>
/// <remarks>
/// <para>
/// Thread-safe. Numbers are compared by the Kolmogorov-Smirnov test, and categories by the chi-square test of homogeneity, with the exact test of Fisher for
/// two categories with small counts. Categories with an expected count below 5 are compared together. The missing rate has its own test. All p-values of a
/// comparison are adjusted by the method of Benjamini and Hochberg.
/// </para>
/// <para>
/// A feature has drifted if the adjusted p-value of a test is at most <see cref="DriftOptions.Significance"/>, and its effect size reaches the threshold. The
/// error of the ranks of a profile makes the p-value larger, never smaller.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var result = new DriftDetector().Compare(baseline, current);
/// foreach (var feature in result.Features.Where(feature => feature.Verdict == DriftVerdict.Drifted))
/// {
///     Console.WriteLine($"{feature.Feature}: {string.Join(' ', feature.Reasons)}");
/// }
/// </code>
/// </example>
public sealed class DriftDetector
{
    // The smallest scale of an effect in learned thresholds: an effect that was always zero must not be reported for a single row.
    private const double SmallestScale = 0.01;

    private readonly DriftOptions _options;

    /// <summary>Initializes a new instance of the <see cref="DriftDetector"/> class.</summary>
    /// <param name="options">The settings; <see langword="null"/> for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is out of its range.</exception>
    public DriftDetector(DriftOptions? options = null) => _options = DriftOptionsValidator.Require(options ?? new DriftOptions());

    /// <summary>Compares current rows with a baseline.</summary>
    /// <param name="baseline">The profile of the baseline.</param>
    /// <param name="current">The profile of the current rows.</param>
    /// <param name="thresholds">The learned thresholds; <see langword="null"/> for the thresholds of the options.</param>
    /// <returns>The comparison, with each feature of either profile.</returns>
    public DriftResult Compare(DataProfile baseline, DataProfile current, DriftThresholds? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(current);
        return new DriftResult
        {
            BaselineRows = baseline.Rows,
            CurrentRows = current.Rows,
            Features =
            [
                .. Adjust(CompareFeatures(baseline, current))
                    .Select(comparison => DriftDecision.Decide(comparison, _options.Significance, thresholds))
                    .OrderBy(static feature => Order(feature.Verdict))
                    .ThenByDescending(static feature => Ratio(feature))
                    .ThenBy(static feature => feature.Feature, StringComparer.Ordinal),
            ],
        };
    }

    /// <summary>Learns thresholds of the effect sizes from windows without drift.</summary>
    /// <param name="baseline">The profile of the baseline.</param>
    /// <param name="windows">The profiles of windows, which have about as many rows as the windows that will be compared.</param>
    /// <returns>The thresholds.</returns>
    /// <exception cref="ArgumentException">
    /// There are less than 2·(1 / <see cref="DriftOptions.Significance"/> − 1) windows: 38 for 5 %.
    /// </exception>
    /// <remarks>
    /// Use this if the windows differ more from each other than chance allows, such as days of a week. Half of the windows determine the scale of each feature,
    /// which is the median of its effects. The largest quotient of effect and scale of each of the remaining n windows is its score, and the
    /// (n + 1)·(1 − significance)-th smallest score, multiplied by the scale, is the threshold. A further window of the same kind then exceeds a threshold with
    /// a probability of at most the significance, whatever the dependence of the features (split conformal prediction,
    /// https://doi.org/10.48550/arXiv.2107.07511).
    /// </remarks>
    public DriftThresholds LearnThresholds(DataProfile baseline, IReadOnlyList<DataProfile> windows)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(windows);
        var needed = 2 * (Math.Ceiling(Math.Round(1 / _options.Significance, 9)) - 1);
        if (windows.Count < needed)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"There are {windows.Count} windows. A false-alarm rate of {_options.Significance} needs {needed} or more."),
                nameof(windows));
        }

        var effects = windows
            .SelectMany((window, index) => CompareFeatures(baseline, window)
                .SelectMany(comparison => comparison.Tests.Select(test => (Key: (comparison.Feature, test.IsMissing), Window: index, test.Effect))))
            .ToLookup(static effect => effect.Key);
        var scales = effects.ToDictionary(
            static feature => feature.Key,
            static feature => Scale(feature.Where(static effect => effect.Window % 2 == 0).Select(static effect => effect.Effect)));
        var scores = new double[windows.Count / 2];
        foreach (var (key, window, effect) in effects.SelectMany(static feature => feature).Where(static effect => effect.Window % 2 == 1))
        {
            scores[window / 2] = Math.Max(scores[window / 2], effect / scales[key]);
        }

        Array.Sort(scores);
        var rank = (int)Math.Ceiling(Math.Round((scores.Length + 1) * (1 - _options.Significance), 9));
        var thresholds = scales.ToDictionary(static scale => scale.Key, scale => scores[rank - 1] * scale.Value);
        return new DriftThresholds
        {
            Windows = windows.Count,
            FalseAlarmRate = _options.Significance,
            Values = thresholds.Where(static pair => !pair.Key.IsMissing).ToDictionary(static pair => pair.Key.Feature, static pair => pair.Value),
            Missing = thresholds.Where(static pair => pair.Key.IsMissing).ToDictionary(static pair => pair.Key.Feature, static pair => pair.Value),
        };
    }

    /// <summary>Computes the median of the effects, with a lower bound.</summary>
    private static double Scale(IEnumerable<double> effects)
    {
        double[] sorted = [.. effects.Order()];
        return sorted.Length == 0 ? SmallestScale : Math.Max(SmallestScale, sorted[sorted.Length / 2]);
    }

    private List<FeatureComparison> CompareFeatures(DataProfile baseline, DataProfile current)
    {
        var known = baseline.Features.ToDictionary(static feature => feature.Name);
        var now = current.Features.ToDictionary(static feature => feature.Name);
        return [.. known.Keys.Union(now.Keys).Select(
            name => FeatureComparison.Create(name, known.GetValueOrDefault(name), now.GetValueOrDefault(name), _options))];
    }

    private static List<FeatureComparison> Adjust(List<FeatureComparison> comparisons)
    {
        var adjusted = BenjaminiHochberg.Adjust([.. comparisons.SelectMany(static comparison => comparison.Tests).Select(static test => test.PValue)]);
        var next = 0;
        return comparisons.ConvertAll(
            comparison => comparison.With([.. comparison.Tests.Select(test => test with { AdjustedPValue = adjusted[next++] })]));
    }

    private static int Order(DriftVerdict verdict) => verdict switch
    {
        DriftVerdict.Drifted => 0,
        DriftVerdict.NotComparable => 1,
        DriftVerdict.Stable => 2,
        _ => 3,
    };

    private static double Ratio(FeatureDrift feature) => feature.Threshold > 0 ? feature.Effect / feature.Threshold : feature.Effect;
}
