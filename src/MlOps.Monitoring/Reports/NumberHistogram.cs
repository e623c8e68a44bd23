using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Reports;

/// <summary>Two histograms of numbers with the same bins of equal width, computed from the retained numbers of two profiles.</summary>
internal sealed class NumberHistogram
{
    private const double Tail = 0.005;
    private const double Extension = 0.25;
    private const int FewestBins = 12;
    private const int MostBins = 20;
    private const int MostIntegers = 40;
    private const double Largest = 1e300;
    private const double LargestInteger = 1e9;
    private const double LeastMargin = 1e-290;

    private NumberHistogram(double low, double high, int bins, FeatureProfile? baseline, FeatureProfile? current)
    {
        (Low, High) = (low, high);
        Baseline = Count(baseline, bins);
        Current = Count(current, bins);
        IsClipped = Points(baseline).Concat(Points(current)).Any(point => point.Value < low || point.Value > high);
    }

    /// <summary>Gets the lower edge of the first bin.</summary>
    public double Low { get; }

    /// <summary>Gets the upper edge of the last bin.</summary>
    public double High { get; }

    /// <summary>Gets the share of the finite numbers of the baseline in each bin; empty if there are none.</summary>
    public double[] Baseline { get; }

    /// <summary>Gets the share of the current finite numbers in each bin; empty if there are none.</summary>
    public double[] Current { get; }

    /// <summary>Gets a value indicating whether the outer bins contain numbers beyond their edges.</summary>
    public bool IsClipped { get; }

    /// <summary>Creates the histograms.</summary>
    /// <returns>The histograms, or <see langword="null"/> if neither profile has finite numbers.</returns>
    public static NumberHistogram? Create(FeatureProfile? baseline, FeatureProfile? current)
    {
        var (before, after) = (Points(baseline), Points(current));
        if (before.Count + after.Count == 0)
        {
            return null;
        }

        var (low, high) = FindRange(before, after);
        if (high - low <= MostIntegers && before.Concat(after).All(static point => IsInteger(point.Value)))
        {
            // Bins around integers show each one as a bar.
            (low, high) = (Math.Floor(low) - 0.5, Math.Ceiling(high) + 0.5);
            return new NumberHistogram(low, high, (int)(high - low), baseline, current);
        }

        if (low == high)
        {
            var margin = low == 0 ? 1 : Math.Max(Math.Abs(low) / 10, LeastMargin);
            return new NumberHistogram(low - margin, high + margin, FewestBins + 1, baseline, current);
        }

        var smaller = new[] { baseline, current }.OfType<FeatureProfile>().Select(static profile => profile.Values).Where(static count => count > 0).Min();
        return new NumberHistogram(low, high, (int)Math.Clamp(Math.Sqrt(smaller), FewestBins, MostBins), baseline, current);
    }

    private static bool IsInteger(double value) => value == Math.Truncate(value) && Math.Abs(value) < LargestInteger;

    private static IReadOnlyList<(double Value, long Weight)> Points(FeatureProfile? profile) => profile?.Sample ?? [];

    /// <summary>Finds a range that contains 99 % of both, and everything unless outliers would widen it much.</summary>
    private static (double Low, double High) FindRange(
        IReadOnlyList<(double Value, long Weight)> before, IReadOnlyList<(double Value, long Weight)> after)
    {
        IReadOnlyList<(double Value, long Weight)>[] samples = [.. new[] { before, after }.Where(static points => points.Count > 0)];
        var (low, high) = (samples.Min(static points => Quantile(points, Tail)), samples.Max(static points => Quantile(points, 1 - Tail)));
        var (least, greatest) = (Limit(samples.Min(static points => points[0].Value)), Limit(samples.Max(static points => points[^1].Value)));
        if (low == high)
        {
            return (least, greatest);
        }

        var reach = (high - low) * Extension;
        return (least >= low - reach ? least : low, greatest <= high + reach ? greatest : high);
    }

    private static double Quantile(IReadOnlyList<(double Value, long Weight)> points, double probability)
    {
        var rest = probability * points.Sum(static point => point.Weight);
        foreach (var (value, weight) in points)
        {
            rest -= weight;
            if (rest <= 0)
            {
                return Limit(value);
            }
        }

        return Limit(points[^1].Value);
    }

    /// <summary>Limits a number, so that the range does not overflow.</summary>
    private static double Limit(double value) => Math.Clamp(value, -Largest, Largest);

    private double[] Count(FeatureProfile? profile, int bins)
    {
        var points = Points(profile);
        var shares = new double[points.Count == 0 ? 0 : bins];
        var total = (double)points.Sum(static point => point.Weight);
        foreach (var (value, weight) in points)
        {
            var bin = (Limit(value) - Low) / (High - Low) * bins;
            shares[(int)Math.Clamp(bin, 0, bins - 1)] += weight / total;
        }

        return shares;
    }
}
