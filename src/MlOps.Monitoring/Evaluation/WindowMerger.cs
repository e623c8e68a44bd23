using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Merges the windows of a version into one period.</summary>
internal static class WindowMerger
{
    private static readonly DataProfile s_empty = new(0, []);

    /// <summary>Merges windows.</summary>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="version">The number of the version.</param>
    /// <param name="windows">The windows.</param>
    /// <param name="from">The start of the period; <see langword="null"/> for the start of the first window.</param>
    /// <param name="to">The end of the period; <see langword="null"/> for the end of the last window.</param>
    /// <returns>The period. Windows whose columns differ from those of most predictions are not merged; they are named in the faults.</returns>
    public static MonitoringWindow Merge(
        string model, int version, IReadOnlyList<MonitoringWindow> windows, DateTimeOffset? from, DateTimeOffset? to)
    {
        var faults = windows.SelectMany(static window => window.Faults).Distinct().ToList();
        var groups = windows.GroupBy(static window => string.Join('\n', Columns(window.Inputs).Concat(Columns(window.Outputs))))
            .OrderByDescending(static group => group.Sum(static window => window.Predictions)).ToList();
        foreach (var other in groups.Skip(1))
        {
            var count = other.Sum(static window => window.Predictions);
            faults.Add(FormattableString.Invariant(
                $"{count} predictions have other columns than the rest of the period, and are not compared. Use the same row types in all instances."));
        }

        var main = groups.Count > 0 ? groups[0].ToList() : [];
        var latency = Merge(main.Select(static window => window.Latency).OfType<FeatureProfile>().Select(static item => new DataProfile(item.Count, [item])));
        return new MonitoringWindow
        {
            Model = model,
            Version = version,
            Start = from ?? windows.Select(static window => window.Start).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Min(),
            End = to ?? windows.Select(static window => window.End).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max(),
            Predictions = windows.Sum(static window => window.Predictions),
            Rejected = windows.Sum(static window => window.Rejected),
            Flagged = windows.Sum(static window => window.Flagged),
            Dropped = windows.Sum(static window => window.Dropped),
            Inputs = Merge(main.Select(static window => window.Inputs)),
            Outputs = Merge(main.Select(static window => window.Outputs)),
            Latency = latency.Features is [var only] ? only : null,
            Instances = [.. windows.SelectMany(static window => window.Instances).Distinct().Order(StringComparer.Ordinal)],
            Faults = faults,
        };
    }

    private static DataProfile Merge(IEnumerable<DataProfile> profiles) =>
        profiles.Aggregate((DataProfile?)null, static (merged, next) => merged is null ? next : merged.Merge(next)) ?? s_empty;

    private static IEnumerable<string> Columns(DataProfile profile) => profile.Features.Select(static feature => $"{feature.Name}\t{feature.IsText}");
}
