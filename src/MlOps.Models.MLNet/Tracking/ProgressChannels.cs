using System.Collections;
using System.Reflection;
using Microsoft.ML;

namespace MlOps.Tracking;

/// <summary>Reads the progress channels of a context through reflection.</summary>
/// <remarks>
/// ML.NET trainers report their losses only to progress channels, which have no public API. If a version of ML.NET has other members, no progress is read, and
/// the training is not affected.
/// </remarks>
internal sealed class ProgressChannels
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly object _tracker;
    private readonly MethodInfo _read;

    private ProgressChannels(object tracker, MethodInfo read)
    {
        _tracker = tracker;
        _read = read;
    }

    public static ProgressChannels? Find(MLContext context) =>
        Get(context, "_env") is { } environment
        && Get(environment, "ProgressTracker") is { } tracker
        && tracker.GetType().GetMethod("GetAllProgress", Members, []) is { } read
            ? new ProgressChannels(tracker, read)
            : null;

    /// <summary>Reads the entries reported since the last call, and the current position of each channel.</summary>
    public IReadOnlyList<ProgressEntry> Read()
    {
        var entries = new List<ProgressEntry>();
        foreach (var reported in (IEnumerable)_read.Invoke(_tracker, null)!)
        {
            if (Get(reported, "ProgressEntry") is { } entry && Get(entry, "Header") is { } header && Get(reported, "Index") is int index)
            {
                var metrics = (Get(header, "MetricNames") as string[] ?? []).Zip(Get(entry, "Metrics") as double?[] ?? []);
                entries.Add(new ProgressEntry(
                    index,
                    Get(reported, "Name") as string ?? "",
                    (Get(header, "UnitNames") as string[])?.FirstOrDefault(),
                    First(entry, "Progress"),
                    First(entry, "ProgressLim"),
                    Get(entry, "IsCheckpoint") is true,
                    [.. metrics.Where(static metric => metric.Second is not null).Select(static metric => (metric.First, metric.Second!.Value))]));
            }
        }

        return entries;
    }

    private static long? First(object entry, string field) =>
        (Get(entry, field) as double?[])?.FirstOrDefault() is { } value && double.IsFinite(value) ? (long)value : null;

    private static object? Get(object owner, string field)
    {
        for (var type = owner.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(field, Members | BindingFlags.DeclaredOnly) is { } found)
            {
                return found.GetValue(owner);
            }
        }

        return null;
    }
}
