using System.Globalization;
using MlOps.Monitoring.Alerts;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Quality;
using MlOps.Monitoring.Reports;
using MlOps.Monitoring.Windows;
using MlOps.Registry;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Creates reports from the windows and the log of a period.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ReportBuilder(WindowStore windows, BaselineCache baselines, QualityPass quality, TimeProvider timeProvider)
{
    /// <summary>The first time that a window can have: a day is subtracted to find windows that overlap a period.</summary>
    public static readonly DateTimeOffset First = DateTimeOffset.MinValue.AddDays(1);

    public async Task<MonitoringReport> CreateAsync(
        RegisteredModel model,
        MonitoringOptions options,
        DateTimeOffset? from,
        DateTimeOffset? to,
        int? version,
        CancellationToken cancellationToken)
    {
        var all = new List<MonitoringWindow>();
        var (start, end) = (from ?? First, to ?? DateTimeOffset.MaxValue);
        await foreach (var window in windows.ReadAsync(model.Name, start, end, version, cancellationToken).ConfigureAwait(false))
        {
            if (window.Start >= start)
            {
                all.Add(window);
            }
        }

        var registeredNumbers = model.Versions.Select(static item => item.Number).ToHashSet();
        var number = version
            ?? all.Where(window => registeredNumbers.Contains(window.Version)).MaxBy(static window => (window.End, window.Version))?.Version
            ?? (model.Versions.Count > 0 ? model.Versions[^1].Number : 0);
        var own = all.Where(window => window.Version == number).OrderBy(static window => window.Start).ToList();
        var registered = model.Get(number.ToString(CultureInfo.InvariantCulture));
        var baseline = await baselines.GetAsync(registered, cancellationToken).ConfigureAwait(false);
        var detector = new DriftDetector(options.Drift);
        var period = WindowMerger.Merge(model.Name, number, own, from, to);
        return new MonitoringReport
        {
            Period = period,
            BaselineInputs = baseline?.Inputs,
            BaselineOutputs = baseline?.Outputs,
            InputDrift = Compare(detector, baseline?.Inputs, period.Inputs),
            OutputDrift = Compare(detector, baseline?.Outputs, period.Outputs),
            InputDriftHistory =
            [
                .. own.Select(window => KeyValuePair.Create(window.Start, Compare(detector, baseline?.Inputs, window.Inputs)))
                    .Where(static item => item.Value is not null)
                    .Select(static item => KeyValuePair.Create(item.Key, item.Value!)),
            ],
            Quality = options.Log.Enabled
                ? await ReadQualityAsync(registered, options, baseline, own, cancellationToken).ConfigureAwait(false)
                : [],
            Alerts = Alert.ActiveOf(model),
            OtherVersions =
            [
                .. all.Where(window => window.Version != number).GroupBy(static window => window.Version)
                    .Select(group => WindowMerger.Merge(model.Name, group.Key, [.. group], from, to)),
            ],
            Created = timeProvider.GetUtcNow(),
        };
    }

    private static DriftResult? Compare(DriftDetector detector, DataProfile? baseline, DataProfile current) =>
        baseline is null || current.Rows == 0 ? null : detector.Compare(baseline, current);

    private async Task<IReadOnlyList<KeyValuePair<DateTimeOffset, QualityResult>>> ReadQualityAsync(
        ModelVersion version, MonitoringOptions options, Baseline? baseline, IReadOnlyList<MonitoringWindow> own, CancellationToken cancellationToken)
    {
        var results = await quality.RunAsync(
            version.Model,
            version.Number,
            [.. own.GroupBy(static window => window.Start).Select(static group => (group.Key, group.Max(static window => window.End)))],
            options.Quality,
            baseline,
            findUnknown: true,
            cancellationToken).ConfigureAwait(false);
        return [.. results.OrderBy(static item => item.Key)];
    }
}
