using System.Globalization;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Reports;

/// <summary>Makes reports.</summary>
internal static class TestReports
{
    public static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly DriftDetector s_detector = new();
    private static readonly string[] s_numbers = ["temp_max", "temp_min", "wind", "precipitation"];

    /// <summary>Summer days compared with winter days: real data, drifted, with quality that has fallen.</summary>
    public static MonitoringReport Drifted() => Weather(
        static day => day is { Year: < 2015, Month: 11 or 12 or 1 or 2 },
        static day => day is { Year: 2015, Month: 6 or 7 or 8 },
        0.86,
        0.68,
        [Alert("drift", "3 of 4 inputs have drifted; the threshold is 30 %. Check the sources of the inputs, or retrain on recent data.")]);

    /// <summary>Odd days compared with even days: real data without drift.</summary>
    public static MonitoringReport Healthy() => Weather(static day => day.DayOfYear % 2 == 0, static day => day.DayOfYear % 2 == 1, 0.86, 0.85, []);

    /// <summary>A period without predictions.</summary>
    public static MonitoringReport Empty()
    {
        var baseline = Profile(Rows(static _ => true).Take(500), null);
        var none = Profile([], baseline);
        return new MonitoringReport
        {
            Period = Window(none, Profile([], null, "weather")) with { Predictions = 0 },
            BaselineInputs = baseline,
            InputDrift = s_detector.Compare(baseline, none),
        };
    }

    /// <summary>Ten rows.</summary>
    public static MonitoringReport Short()
    {
        var rows = Rows(static _ => true).ToArray();
        var baseline = Profile(rows, null);
        var current = Profile(rows.Take(10), baseline);
        return new MonitoringReport
        {
            Period = Window(current, Profile(rows.Take(10), null, "weather")) with { Predictions = 10 },
            BaselineInputs = baseline,
            InputDrift = s_detector.Compare(baseline, current),
        };
    }

    /// <summary>A version without a baseline.</summary>
    public static MonitoringReport WithoutBaseline()
    {
        var rows = Rows(static _ => true).ToArray();
        return new MonitoringReport { Period = Window(Profile(rows, null), Profile(rows, null, "weather")) with { Predictions = rows.Length } };
    }

    /// <summary>Two windows with an accuracy and the distance of its bounds, without drift.</summary>
    public static MonitoringReport WithQuality(
        double first, double second, double width, bool isEstimated = false, QualityResult? last = null, string name = "accuracy")
    {
        var profile = Profile(Rows(static _ => true), null);
        return new MonitoringReport
        {
            Period = Window(profile, new DataProfile(0, [])) with { Predictions = 200 },
            BaselineInputs = profile,
            InputDrift = s_detector.Compare(profile, profile),
            Quality = [KeyValuePair.Create(Start, Result(first)), KeyValuePair.Create(Start.AddDays(1), last ?? Result(second))],
        };

        QualityResult Result(double accuracy)
        {
            var metrics = new Dictionary<string, QualityEstimate> { [name] = Around(accuracy, width) };
            return isEstimated ? new QualityResult { Predictions = 100, Estimated = metrics }
                : new QualityResult { Predictions = 100, Outcomes = 100, Metrics = metrics };
        }
    }

    /// <summary>One input with a verdict for each day, of which the last one is that of the period.</summary>
    public static MonitoringReport WithHistory(params DriftVerdict[] verdicts)
    {
        var history = verdicts.Select((verdict, day) => KeyValuePair.Create(Start.AddDays(day), Drift(verdict))).ToArray();
        var profile = TestProfiles.Create(null, ("x", false, [1.0, 2.0]));
        return new MonitoringReport
        {
            Period = Window(profile, new DataProfile(0, [])) with { Predictions = 2 },
            BaselineInputs = profile,
            InputDrift = history[^1].Value,
            InputDriftHistory = history,
        };

        static DriftResult Drift(DriftVerdict verdict) => new()
        {
            Features =
            [
                new FeatureDrift { Feature = "x", Verdict = verdict, Reasons = verdict == DriftVerdict.NotComparable ? ["The type has changed."] : [] },
            ],
        };
    }

    /// <summary>Names, categories and messages that attempt injections, in every place of a report.</summary>
    public static MonitoringReport Hostile()
    {
        var names = HostileText.All;
        var baseline = TestProfiles.Create(null, [.. names.SelectMany(static (name, index) => Columns(name, index, shift: 0))]);
        var current = TestProfiles.Create(baseline, [.. names.SelectMany(static (name, index) => Columns(name, index, shift: 3))]);
        var estimate = new QualityEstimate(0.5, 0.4, double.PositiveInfinity);
        var quality = new QualityResult
        {
            Predictions = 100,
            Outcomes = 50,
            Metrics = names.ToDictionary(static name => name, _ => estimate),
            Estimated = names.ToDictionary(static name => name, _ => estimate),
            Segments = [.. names.Select(name => new SegmentQuality { Feature = name, Value = name, Rows = 1, Metric = name, Estimate = estimate })],
            Warnings = names,
        };
        return new MonitoringReport
        {
            Period = Window(current, current) with
            {
                Model = names[0] + string.Concat(names),
                Predictions = 100,
                Instances = names,
                Faults = names,
                Rejected = 1,
                Dropped = 1,
            },
            BaselineInputs = baseline,
            BaselineOutputs = baseline,
            InputDrift = s_detector.Compare(baseline, current),
            OutputDrift = s_detector.Compare(baseline, current),
            Quality = [KeyValuePair.Create(Start, quality), KeyValuePair.Create(Start.AddDays(1), quality)],
            Alerts = [.. names.Select(static name => Alert(name, name, double.NaN, double.NegativeInfinity))],
        };

        static IEnumerable<(string Name, bool IsText, object?[] Values)> Columns(string name, int index, int shift)
        {
            var random = new Random(index + shift);
            var texts = HostileText.All.Skip(shift).ToArray();
            yield return (name, false, [.. Enumerable.Range(0, 100).Select(_ => (object)(random.NextDouble() + shift))]);
            yield return (name + "'", true, [.. Enumerable.Range(0, 100).Select(row => texts[row % (shift == 0 ? texts.Length : 4)])]);
        }
    }

    /// <summary>Many features, of which every tenth has drifted.</summary>
    public static MonitoringReport Wide(int features)
    {
        var random = new Random(1);
        var baseline = TestProfiles.Create(null, Columns(400, 0));
        var current = TestProfiles.Create(baseline, Columns(300, 1.5));
        var drift = s_detector.Compare(baseline, current);
        return new MonitoringReport
        {
            Period = Window(current, Profile([], null, "weather")) with { Predictions = 300 },
            BaselineInputs = baseline,
            InputDrift = drift,
            InputDriftHistory = [KeyValuePair.Create(Start, drift)],
        };

        (string Name, bool IsText, object?[] Values)[] Columns(int count, double shift) =>
        [
            .. Enumerable.Range(0, features).Select(index => (
                $"sensor_{index:000}.reading",
                false,
                Enumerable.Range(0, count).Select(_ => (object?)(Normal() + (index % 10 == 0 ? shift : 0))).ToArray())),
        ];

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static Alert Alert(string rule, string message, double value = 0.75, double threshold = 0.3) => new()
    {
        Id = "weather-17",
        Model = "weather",
        Version = 3,
        Rule = rule,
        IsActive = true,
        Value = value,
        Threshold = threshold,
        Message = message,
        Time = Start.AddDays(8),
    };

    public static DataProfile Profile(IEnumerable<string[]> rows, DataProfile? baseline, params string[] texts)
    {
        var table = rows.ToArray();
        return TestProfiles.Create(
            baseline,
            [
                .. (texts.Length > 0 ? texts : s_numbers).Select(name => (name, texts.Length > 0, table.Select(row => Value(row[Column(name)])).ToArray())),
            ]);

        object? Value(string text) => texts.Length > 0 ? text : double.Parse(text, CultureInfo.InvariantCulture);
    }

    public static TestWindow Window(DataProfile inputs, DataProfile outputs) => new(inputs, outputs);

    private static MonitoringReport Weather(Func<DateOnly, bool> before, Func<DateOnly, bool> after, double first, double last, Alert[] alerts)
    {
        var (reference, current) = (Rows(before).ToArray(), Rows(after).ToArray());
        var (inputs, outputs) = (Profile(reference, null), Profile(reference, null, "weather"));
        var (newInputs, newOutputs) = (Profile(current, inputs), Profile(current, outputs, "weather"));
        var (stable, drifted) = (s_detector.Compare(inputs, inputs), s_detector.Compare(inputs, newInputs));
        return new MonitoringReport
        {
            Period = Window(newInputs, newOutputs) with
            {
                Predictions = 48_213,
                Rejected = alerts.Length == 0 ? 0 : 131,
                Instances = ["web-1-4242-9f31", "web-2-311-77ab", "batch-4-1020-0c2e"],
                Faults = alerts.Length == 0 ? [] : ["monitoring/weather/windows/3/20260609T100000/web-2-311-77ab-7.profile is damaged and was skipped."],
                Latency = TestProfiles.Create(null, ("latency", false, Latencies())).Features[0],
            },
            BaselineInputs = inputs,
            BaselineOutputs = outputs,
            InputDrift = drifted,
            OutputDrift = s_detector.Compare(outputs, newOutputs),
            InputDriftHistory = [.. Enumerable.Range(0, 14).Select(day => KeyValuePair.Create(Start.AddDays(day), day < 7 ? stable : drifted))],
            Quality = [.. Enumerable.Range(0, 14).Select(day => KeyValuePair.Create(Start.AddDays(day), Quality(day, first, last, alerts.Length > 0)))],
            Alerts = alerts,
            OtherVersions = alerts.Length == 0 ? [] : [Window(newInputs, newOutputs) with { Version = 2, Predictions = 5_310, Rejected = 12 }],
            Created = Start.AddDays(14.3),
        };
    }

    private static QualityResult Quality(int day, double first, double last, bool hasWarnings)
    {
        var random = new Random(day);
        var accuracy = first + ((last - first) / (1 + Math.Exp(7 - day))) + (0.01 * random.NextDouble());
        return new QualityResult
        {
            Predictions = 3_400,
            Outcomes = day > 11 ? 0 : 3_400 - (250 * day),
            Metrics = day > 11 ? new Dictionary<string, QualityEstimate>() : new Dictionary<string, QualityEstimate>
            {
                ["accuracy"] = Around(accuracy, 0.02 + (0.001 * day)),
                ["f1"] = Around(accuracy - 0.05, 0.03),
                ["log_loss"] = Around(1.4 - accuracy, 0.03),
            },
            Estimated = new Dictionary<string, QualityEstimate> { ["accuracy"] = Around(accuracy + 0.01 - (0.01 * random.NextDouble()), 0.025) },
            Confusion = day > 11 ? null : new ConfusionMatrix
            {
                Classes = ["rain", "sun", "fog"],
                Counts = [[1_204, 61, 3], [88, 940, 12], [21, 40, 31]],
            },
            Segments = day > 11 ? [] :
            [
                Segment("wind", "above 5.1", 212, Around(accuracy - 0.2, 0.06), worseBy: 0.12),
                Segment("temp_max", "25.6 to 31.1", 940, Around(accuracy - 0.07, 0.03), worseBy: 0.02),
                Segment("weather", "snow", 9, Around(accuracy - 0.3, 0.31), worseBy: -0.11),
                Segment("wind", "up to 2.2", 801, Around(accuracy + 0.04, 0.03), worseBy: -0.08),
            ],
            Warnings = hasWarnings && day == 3 ? ["12 outcomes belong to no known prediction."] : [],
        };
    }

    private static SegmentQuality Segment(string feature, string value, long rows, QualityEstimate estimate, double worseBy) =>
        new() { Feature = feature, Value = value, Rows = rows, Metric = "accuracy", Estimate = estimate, WorseBy = worseBy };

    private static object?[] Latencies() => [.. Enumerable.Range(1, 1000).Select(static rank => (object)(0.2 + (0.1 / (1.01 - (rank / 1000.0)))))];

    private static QualityEstimate Around(double value, double width) => new(value, value - width, value + width);

    private static int Column(string name) => Array.IndexOf(["date", "precipitation", "temp_max", "temp_min", "wind", "weather"], name);

    private static IEnumerable<string[]> Rows(Func<DateOnly, bool> isDay) =>
        File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Reports", "seattle-weather.csv")).Skip(1).Select(static line => line.Split(','))
            .Where(row => isDay(DateOnly.Parse(row[0], CultureInfo.InvariantCulture)));
}
