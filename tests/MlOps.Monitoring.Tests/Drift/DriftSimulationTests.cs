using MathNet.Numerics.Distributions;
using MlOps.Monitoring.Profiles;
using MlOps.Testing;

namespace MlOps.Monitoring.Drift;

/// <summary>Simulates the rate of false alarms and the power of the decision on drift.</summary>
[Category("Soak")]
public sealed class DriftSimulationTests
{
    private const double Level = 0.05;

    // The values that are drawn for one configuration limit the number of comparisons.
    private static readonly double s_work = Soak.Count(reduced: 100_000, full: 100_000_000);
    private static readonly int s_fewest = Soak.Count(reduced: 1, full: 100);
    private static readonly int s_comparisons = Soak.Count(reduced: 200, full: 10_000);
    private static readonly DriftDetector s_detector = new();

    [Test]
    public void The_rate_of_false_alarms_for_numbers_is_at_most_the_level(
        [Values(50, 200, 1_000, 10_000, 100_000)] int rows, [Values(1, 10, 100)] int features)
    {
        var random = new Random((rows * 1_000) + features);

        RequireFalseAlarms($"numbers, {rows} rows, {features} features", rows * features * 2, () => (
            Profile(features, name => TestProfiles.Sorted(name, Draws.SortedUniform(random, rows))),
            Profile(features, name => TestProfiles.Sorted(name, Draws.SortedUniform(random, rows)))));
    }

    [TestCase(20_000)]
    [TestCase(200_000)]
    public void The_rate_of_false_alarms_for_sketches_is_at_most_the_level(int rows)
    {
        var random = new Random(rows);
        ulong seed = 0;

        FeatureProfile Draw(string name)
        {
            var state = new NumberState(name, [], seed++);
            state.Add([.. Enumerable.Range(0, rows).Select(_ => random.NextDouble())]);
            return state.ToProfile();
        }

        RequireFalseAlarms($"sketches, {rows} rows, 2 features", rows * 10, () => (Profile(2, Draw), Profile(2, Draw)));
    }

    [TestCase(50, 100_000)]
    [TestCase(1_000, 50)]
    [TestCase(300, 200)]
    [TestCase(5_001, 3_000)]
    public void The_rate_of_false_alarms_for_samples_of_different_sizes_is_at_most_the_level(int baseline, int current)
    {
        var random = new Random(baseline + current);

        RequireFalseAlarms($"numbers, {baseline} and {current} rows, 10 features", (baseline + current) * 10, () => (
            Profile(10, name => TestProfiles.Sorted(name, Draws.SortedUniform(random, baseline))),
            Profile(10, name => TestProfiles.Sorted(name, Draws.SortedUniform(random, current)))));
    }

    [Test]
    public void The_rate_of_false_alarms_for_categories_is_at_most_the_level(
        [Values(50, 200, 1_000, 100_000)] int rows, [Values(1, 10, 100)] int features, [Values(2, 10, 200)] int categories)
    {
        var random = new Random((rows * 1_000) + (features * 10) + categories);
        var cumulated = Draws.Zipf(categories, 1);

        RequireFalseAlarms($"categories, {rows} rows, {features} features, {categories} categories", rows * features * 2, () => (
            Profile(features, name => Categories(name, Draws.Counts(random, cumulated, rows))),
            Profile(features, name => Categories(name, Draws.Counts(random, cumulated, rows)))));
    }

    [TestCase(0.0, 2_000)]
    [TestCase(0.0, 100_000)]
    [TestCase(0.7, 2_000)]
    [TestCase(1.1, 20_000)]
    public void The_rate_of_false_alarms_for_100_000_categories_is_at_most_the_level(double exponent, int rows)
    {
        var random = new Random(rows);
        var cumulated = Draws.Zipf(100_000, exponent);

        var names = Enumerable.Range(0, cumulated.Length).Select(static index => $"c{index}").ToArray();

        FeatureProfile Draw(FeatureProfile? baseline)
        {
            // The current profile counts the categories that the baseline lists, and the algorithm of Misra and Gries counts others.
            var state = new TextState("id", baseline?.ToKnown(), baseline?.OtherCategories == 0, [], seed: 1);
            state.Add([.. Enumerable.Range(0, rows).Select(_ => Array.BinarySearch(cumulated, random.NextDouble()))
                .Select(index => names[Math.Min(index < 0 ? ~index : index, names.Length - 1)])]);
            return state.ToProfile();
        }

        RequireFalseAlarms($"100,000 categories, exponent {exponent}, {rows} rows", rows * 20, () =>
        {
            var baseline = Draw(null);
            return (TestProfiles.Of(baseline), TestProfiles.Of(Draw(baseline)));
        });
    }

    [TestCase(50, 0.1)]
    [TestCase(500, 0.01)]
    [TestCase(5_000, 0.5)]
    public void The_rate_of_false_alarms_with_missing_values_is_at_most_the_level(int rows, double rate)
    {
        var random = new Random(rows);
        var cumulated = new[] { rate, 1 };

        FeatureProfile Draw(string name)
        {
            var counts = Draws.Counts(random, cumulated, rows);
            return TestProfiles.Sorted(name, Draws.SortedUniform(random, (int)counts[1]), missing: counts[0]);
        }

        RequireFalseAlarms($"{rate} missing values, {rows} rows, 10 features", rows * 20, () => (Profile(10, Draw), Profile(10, Draw)));
    }

    [TestCase(200, 0.2507)]
    [TestCase(1_000, 0.2507)]
    [TestCase(10_000, 0.2507)]
    [TestCase(200, 0.5)]
    [TestCase(1_000, 0.35)]
    public void The_power_for_numbers_is_that_of_the_test_of_Kolmogorov_and_Smirnov(int rows, double shift)
    {
        var random = new Random(rows);
        double[] Sample(double mean) => [.. Enumerable.Range(0, rows).Select(_ => Draws.Normal(random) + mean).Order()];

        RequirePower($"numbers, {rows} rows, shift {shift}", rows * 10, isDrifted =>
        {
            var before = Enumerable.Range(0, 5).Select(_ => Sample(0)).ToArray();
            var after = Enumerable.Range(0, 5).Select(index => Sample(isDrifted && index == 0 ? shift : 0)).ToArray();
            return (
                before.Zip(after, static (x, y) => TwoSampleTests.KolmogorovSmirnov(x, y).ExactPValue()).Min(),
                TestProfiles.Of([.. before.Select(static (x, index) => TestProfiles.Sorted($"{index}", x))]),
                TestProfiles.Of([.. after.Select(static (x, index) => TestProfiles.Sorted($"{index}", x))]));
        });
    }

    [TestCase(200, 0.1)]
    [TestCase(1_000, 0.1)]
    [TestCase(10_000, 0.1)]
    [TestCase(200, 0.25)]
    public void The_power_for_categories_is_that_of_the_chi_square_test(int rows, double moved)
    {
        var random = new Random(rows);
        var (usual, shifted) = (new[] { 0.4, 0.7, 0.9, 1 }, new[] { 0.4 - moved, 0.7, 0.9, 1 });

        RequirePower($"categories, {rows} rows, {moved} moved", rows * 10, isDrifted =>
        {
            var before = Enumerable.Range(0, 5).Select(_ => Draws.Counts(random, usual, rows)).ToArray();
            var after = Enumerable.Range(0, 5).Select(index => Draws.Counts(random, isDrifted && index == 0 ? shifted : usual, rows)).ToArray();
            return (
                before.Zip(after, static (x, y) => CategoryTests.ChiSquare(x, y).PValue).Min(),
                TestProfiles.Of([.. before.Select(static (x, index) => Categories($"{index}", x))]),
                TestProfiles.Of([.. after.Select(static (x, index) => Categories($"{index}", x))]));
        });
    }

    [Test]
    public void The_rate_of_false_alarms_of_learned_thresholds_is_at_most_the_level([Values(38, 120)] int windows)
    {
        var random = new Random(windows);

        // The windows differ more from each other than chance allows, so that the default would report most of them.
        DataProfile Window() => Profile(10, name =>
        {
            var shift = 0.4 * (random.NextDouble() - 0.5);
            return TestProfiles.Sorted(name, Array.ConvertAll(Draws.SortedUniform(random, 500), value => value + shift));
        });

        RequireFalseAlarms($"learned from {windows} windows", (windows + 2) * 5_000, () =>
        {
            var baseline = Profile(10, name => TestProfiles.Sorted(name, Draws.SortedUniform(random, 500)));
            var thresholds = s_detector.LearnThresholds(baseline, [.. Enumerable.Range(0, windows).Select(_ => Window())]);
            return s_detector.Compare(baseline, Window(), thresholds);
        });
    }

    private static FeatureProfile Categories(string name, long[] counts) =>
        TestProfiles.Texts(name, [.. counts.Select(static (count, index) => ($"c{index}", count))]);

    private static DataProfile Profile(int features, Func<string, FeatureProfile> create) =>
        TestProfiles.Of([.. Enumerable.Range(0, features).Select(index => create($"f{index}"))]);

    private static void RequireFalseAlarms(string name, int work, Func<(DataProfile Baseline, DataProfile Current)> draw) =>
        RequireFalseAlarms(name, work, () =>
        {
            var (baseline, current) = draw();
            return s_detector.Compare(baseline, current);
        });

    private static void RequireFalseAlarms(string name, int work, Func<DriftResult> compare)
    {
        var comparisons = (int)Math.Clamp(s_work / work, s_fewest, s_comparisons);
        var alarms = Enumerable.Range(0, comparisons).Count(_ => compare().Drifted > 0);

        var (rate, low, high) = Interval(alarms, comparisons);
        TestContext.Out.WriteLine($"{name}: {alarms} of {comparisons} = {rate:0.0000} ({low:0.0000} to {high:0.0000})");
        Assert.That(low, Is.LessThanOrEqualTo(Level), name);
    }

    /// <summary>Compares the power with that of the smallest p-value of a test, at the threshold of the p-value that has the same rate of false
    /// alarms.</summary>
    private static void RequirePower(string name, int work, Func<bool, (double PValue, DataProfile Baseline, DataProfile Current)> draw)
    {
        var comparisons = (int)Math.Clamp(s_work / work / 2, Math.Max(10, s_fewest), s_comparisons);
        var quiet = Run(isDrifted: false);
        var alarms = quiet.Count(static pair => pair.IsAlarm);

        // Without an alarm among few comparisons, the limit is that of Bonferroni for the five features.
        var limit = alarms == 0 ? Level / 5 : quiet.Select(static pair => pair.PValue).Order().ElementAt(alarms - 1);

        // Exact p-values have ties. At the limit, the test decides by lot, so that its rate of false alarms is the same.
        var (below, atLimit) = (quiet.Count(pair => pair.PValue < limit), quiet.Count(pair => pair.PValue == limit));
        var share = atLimit == 0 ? 1 : Math.Clamp((alarms - below) / (double)atLimit, 0, 1);
        var drifted = Run(isDrifted: true);
        var (power, _, high) = Interval(drifted.Count(static pair => pair.IsAlarm), comparisons);
        var other = (drifted.Count(pair => pair.PValue < limit) + (share * drifted.Count(pair => pair.PValue == limit))) / comparisons;

        TestContext.Out.WriteLine($"{name}: {alarms} false alarms of {comparisons}; power {power:0.0000}, of the test {other:0.0000}");
        Assert.That(high, Is.GreaterThanOrEqualTo(other), name);

        (double PValue, bool IsAlarm)[] Run(bool isDrifted) =>
        [
            .. Enumerable.Range(0, comparisons).Select(_ =>
            {
                var (pValue, baseline, current) = draw(isDrifted);
                return (pValue, s_detector.Compare(baseline, current).Drifted > 0);
            }),
        ];
    }

    /// <summary>Computes a rate with the exact 95 % interval of Clopper and Pearson.</summary>
    private static (double Rate, double Low, double High) Interval(int count, int total) => (
        (double)count / total,
        count == 0 ? 0 : Beta.InvCDF(count, total - count + 1, 0.025),
        count == total ? 1 : Beta.InvCDF(count + 1, total - count, 0.975));
}
