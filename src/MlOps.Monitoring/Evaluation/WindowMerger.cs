using System.Globalization;
using MlOps.Monitoring.Profiles;
using MlOps.Monitoring.Windows;

namespace MlOps.Monitoring.Evaluation;

/// <summary>Merges the windows of a version into one period.</summary>
/// <remarks>
/// Not thread-safe. A window is merged when it is added, and its profiles are not kept: those of 30 columns take about 1 MB, and a year has 8,760 hours.
/// </remarks>
internal sealed class WindowMerger(string model, int version)
{
    private static readonly DataProfile s_empty = new(0, []);
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _instances = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private DateTimeOffset _start = DateTimeOffset.MaxValue;
    private DateTimeOffset _end = DateTimeOffset.MinValue;
    private long _predictions;
    private long _rejected;
    private long _flagged;
    private long _dropped;

    /// <summary>Adds a window.</summary>
    public void Add(MonitoringWindow window)
    {
        var key = string.Join('\n', Columns(window.Inputs).Concat(Columns(window.Outputs)));
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups.Add(key, group = new Group(_groups.Count));
        }

        group.Add(window);
        _instances.UnionWith(window.Instances);
        _faults.AddRange(window.Faults.Except(_faults, StringComparer.Ordinal));
        _start = window.Start < _start ? window.Start : _start;
        _end = window.End > _end ? window.End : _end;
        _predictions += window.Predictions;
        _rejected += window.Rejected;
        _flagged += window.Flagged;
        _dropped += window.Dropped;
    }

    /// <summary>Creates the period.</summary>
    /// <param name="from">The start of the period; <see langword="null"/> for the start of the first window.</param>
    /// <param name="to">The end of the period; <see langword="null"/> for the end of the last window.</param>
    /// <returns>The period. Windows whose columns differ from those of most predictions are not merged; they are named in the faults.</returns>
    public MonitoringWindow ToPeriod(DateTimeOffset? from, DateTimeOffset? to)
    {
        var groups = _groups.Values.OrderByDescending(static group => group.Predictions).ThenBy(static group => group.Number).ToList();
        var main = groups.FirstOrDefault();
        var isEmpty = main is null;
        return new MonitoringWindow
        {
            Model = model,
            Version = version,
            Start = from ?? (isEmpty ? DateTimeOffset.UnixEpoch : _start),
            End = to ?? (isEmpty ? DateTimeOffset.UnixEpoch : _end),
            Predictions = _predictions,
            Rejected = _rejected,
            Flagged = _flagged,
            Dropped = _dropped,
            Inputs = main?.Inputs ?? s_empty,
            Outputs = main?.Outputs ?? s_empty,
            Latency = main?.Latency?.Features is [var latency] ? latency : null,
            Instances = [.. _instances.Order(StringComparer.Ordinal)],
            Faults =
            [
                .. _faults,
                .. groups.Skip(1).Where(static group => group.Predictions > 0).Select(static group => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{group.Predictions} predictions have other columns than the rest of the period, and are not compared. Use the same row types in all "
                    + $"instances.")),
            ],
        };
    }

    private static IEnumerable<string> Columns(DataProfile profile) => profile.Features.Select(static feature => $"{feature.Name}\t{feature.IsText}");

    /// <summary>Windows with the same columns.</summary>
    private sealed class Group(int number)
    {
        public int Number => number;

        public long Predictions { get; private set; }

        public DataProfile? Inputs { get; private set; }

        public DataProfile? Outputs { get; private set; }

        public DataProfile? Latency { get; private set; }

        public void Add(MonitoringWindow window)
        {
            Predictions += window.Predictions;
            Inputs = Inputs?.Merge(window.Inputs) ?? window.Inputs;
            Outputs = Outputs?.Merge(window.Outputs) ?? window.Outputs;
            if (window.Latency is { } latency)
            {
                var profile = new DataProfile(latency.Count, [latency]);
                Latency = Latency?.Merge(profile) ?? profile;
            }
        }
    }
}
