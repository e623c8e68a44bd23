using System.Collections;
using System.Reflection;
using Microsoft.ML;

namespace MlOps.Tracking;

/// <summary>Reads the progress channels of a context. ML.NET's trainers report their losses only there, and keep it for a listener that its public interface does not have, so it is read by reflection.</summary>
/// <remarks>Where another version of ML.NET has other members there is nothing to read, and training is as it would be without.</remarks>
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

    /// <summary>Takes what was reported since the last call, and how far each part is now.</summary>
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

    private static long? First(object entry, string field) => (Get(entry, field) as double?[])?.FirstOrDefault() is { } value && double.IsFinite(value) ? (long)value : null;

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
