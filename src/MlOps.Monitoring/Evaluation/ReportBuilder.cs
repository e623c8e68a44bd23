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
        var (start, end) = (from ?? First, to ?? DateTimeOffset.MaxValue);
        var number = version ?? await FindVersionAsync(model, start, end, cancellationToken).ConfigureAwait(false);
        var registered = model.Get(number.ToString(CultureInfo.InvariantCulture));
        var baseline = await baselines.GetAsync(registered, cancellationToken).ConfigureAwait(false);
        var detector = new DriftDetector(options.Drift);
        var periods = new SortedDictionary<int, WindowMerger> { [number] = new(model.Name, number) };
        var history = new List<KeyValuePair<DateTimeOffset, DriftResult>>();
        var own = new SortedDictionary<DateTimeOffset, DateTimeOffset>();
        await foreach (var window in windows.ReadAsync(model.Name, start, end, version, cancellationToken).ConfigureAwait(false))
        {
            if (window.Start < start)
            {
                continue;
            }

            if (!periods.TryGetValue(window.Version, out var merger))
            {
                periods.Add(window.Version, merger = new WindowMerger(model.Name, window.Version));
            }

            merger.Add(window);
            if (window.Version == number)
            {
                own[window.Start] = own.GetValueOrDefault(window.Start) is var known && known > window.End ? known : window.End;
                if (Compare(detector, baseline?.Inputs, window.Inputs) is { } drift)
                {
                    history.Add(KeyValuePair.Create(window.Start, drift));
                }
            }
        }

        var period = periods[number].ToPeriod(from, to);
        return new MonitoringReport
        {
            Period = period,
            BaselineInputs = baseline?.Inputs,
            BaselineOutputs = baseline?.Outputs,
            InputDrift = Compare(detector, baseline?.Inputs, period.Inputs),
            OutputDrift = Compare(detector, baseline?.Outputs, period.Outputs),
            InputDriftHistory = history,
            Quality = options.Log.Enabled
                ? await ReadQualityAsync(registered, options, baseline, own, cancellationToken).ConfigureAwait(false)
                : [],
            Alerts = Alert.ActiveOf(model),
            OtherVersions = [.. periods.Where(item => item.Key != number).Select(item => item.Value.ToPeriod(from, to))],
            Created = timeProvider.GetUtcNow(),
        };
    }

    /// <summary>Finds the registered version with the latest window, or the latest version if there is none.</summary>
    private async Task<int> FindVersionAsync(RegisteredModel model, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var latest = (Start: DateTimeOffset.MinValue, Number: model.Versions.Count > 0 ? model.Versions[^1].Number : 0);
        foreach (var version in await windows.ReadVersionsAsync(model.Name, cancellationToken).ConfigureAwait(false))
        {
            if (model.Versions.Any(item => item.Number == version)
                && await windows.ReadStartsAsync(model.Name, version, from, to, cancellationToken).ConfigureAwait(false) is [.., var start]
                && start >= latest.Start)
            {
                latest = (start, version);
            }
        }

        return latest.Number;
    }

    private static DriftResult? Compare(DriftDetector detector, DataProfile? baseline, DataProfile current) =>
        baseline is null || current.Rows == 0 ? null : detector.Compare(baseline, current);

    private async Task<IReadOnlyList<KeyValuePair<DateTimeOffset, QualityResult>>> ReadQualityAsync(
        ModelVersion version,
        MonitoringOptions options,
        Baseline? baseline,
        SortedDictionary<DateTimeOffset, DateTimeOffset> own,
        CancellationToken cancellationToken)
    {
        var results = await quality.RunAsync(
            version.Model,
            version.Number,
            [.. own.Select(static window => (window.Key, window.Value))],
            options.Quality,
            baseline,
            findUnknown: true,
            cancellationToken).ConfigureAwait(false);
        return [.. results.OrderBy(static item => item.Key)];
    }
}
