using System.Globalization;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Measures the comparison of profiles, against the same statistics of sorted samples.</summary>
internal static class DriftBenchmarks
{
    private const int Features = 50;
    private const int Rounds = 21;

    /// <summary>Runs the benchmarks.</summary>
    /// <param name="rows">The number of rows on each side.</param>
    public static IReadOnlyList<IOutcome> Run(int rows = 1_000_000)
    {
        var random = new Random(1);
        var (baselines, currents) = (new List<FeatureProfile>(), new List<FeatureProfile>());
        var (sorting, distances) = (TimeSpan.Zero, new double[Features]);
        for (var feature = 0; feature < Features; feature++)
        {
            var shift = 0.01 * feature;
            var (baseline, current) = (Draw(random, rows, 0), Draw(random, rows, shift));
            baselines.Add(Profile(feature, baseline));
            currents.Add(Profile(feature, current));
            var started = TimeProvider.System.GetTimestamp();
            var result = TwoSampleTests.KolmogorovSmirnov(baseline, current);
            _ = result.LimitPValue();
            sorting += TimeProvider.System.GetElapsedTime(started);
            distances[feature] = result.Statistic;
        }

        var detector = new DriftDetector();
        var (before, after) = (new DataProfile(rows, baselines), new DataProfile(rows, currents));
        var comparison = detector.Compare(before, after);
        var times = Enumerable.Range(0, Rounds).Select(_ => Time(() => detector.Compare(before, after))).Order().ToArray();
        return [DescribeTime(rows, times[Rounds / 2], sorting), DescribeError(rows, comparison, distances, baselines.Zip(currents))];
    }

    private static Figure DescribeTime(int rows, TimeSpan ours, TimeSpan sorting) => new(
        string.Create(CultureInfo.InvariantCulture, $"Drift tests of {Features} features × {rows:#,0} rows"),
        "faster than the same statistics by exact sort",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{ours.TotalMilliseconds:0.0} ms, {sorting / ours:#,0} times as fast as sorting ({sorting.TotalMilliseconds:#,0} ms)"),
        ours < sorting,
        "One thread compares two profiles: Kolmogorov-Smirnov distance, p-value, correction, decision and reasons. The profiles exist already. The exact sort "
            + "copies and sorts the values of both sides, and computes the distance and the p-value.");

    private static Figure DescribeError(
        int rows, DriftResult comparison, double[] distances, IEnumerable<(FeatureProfile Baseline, FeatureProfile Current)> profiles)
    {
        var largest = comparison.Features.Max(feature => Math.Abs(feature.Effect - distances[int.Parse(feature.Feature, CultureInfo.InvariantCulture)]));
        var bound = profiles.Max(static pair => pair.Baseline.RankError + pair.Current.RankError);
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Error of the distance of {Features} features × {rows:#,0} rows"),
            "within the carried error",
            string.Create(CultureInfo.InvariantCulture, $"{largest:0.0000}, bound {bound:0.0000}"),
            largest <= bound,
            "The largest difference of the distance of the profiles from that of the sorted values, and the largest sum of the rank errors of two profiles.");
    }

    private static TimeSpan Time(Action action)
    {
        var started = TimeProvider.System.GetTimestamp();
        action();
        return TimeProvider.System.GetElapsedTime(started);
    }

    private static FeatureProfile Profile(int feature, double[] values)
    {
        var state = new NumberState(feature.ToString(CultureInfo.InvariantCulture), [], (ulong)feature);
        state.Add(values);
        return state.ToProfile();
    }

    private static double[] Draw(Random random, int rows, double shift)
    {
        var values = new double[rows];
        for (var index = 0; index < rows; index++)
        {
            values[index] = (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())) + shift;
        }

        return values;
    }
}
