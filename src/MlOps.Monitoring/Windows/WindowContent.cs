using MlOps.Monitoring.Profiles;

namespace MlOps.Monitoring.Windows;

/// <summary>The content of a window object: the predictions of one or more instances in a window.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class WindowContent
{
    public required WindowHeader Header { get; init; }

    public required DataProfile Inputs { get; init; }

    public required DataProfile Outputs { get; init; }

    /// <summary>Gets the profile of the latencies in milliseconds; <see langword="null"/> if none was measured.</summary>
    public DataProfile? Latency { get; init; }

    /// <summary>Determines whether two contents have the same columns.</summary>
    public bool HasColumnsOf(WindowContent other) => Matches(Inputs, other.Inputs) && Matches(Outputs, other.Outputs);

    /// <summary>Merges the predictions of contents of the same window.</summary>
    /// <param name="contents">The contents, at least one.</param>
    /// <exception cref="ArgumentException">The profiles cannot be merged.</exception>
    public static WindowContent Merge(IReadOnlyList<WindowContent> contents)
    {
        DataProfile[] latencies = [.. contents.Select(static content => content.Latency).OfType<DataProfile>()];
        return new WindowContent
        {
            Header = contents.Select(static content => content.Header).Aggregate(static (merged, header) => merged.Merge(header)),
            Inputs = DataProfile.Merge(contents.Select(static content => content.Inputs)),
            Outputs = DataProfile.Merge(contents.Select(static content => content.Outputs)),
            Latency = latencies.Length == 0 ? null : DataProfile.Merge(latencies),
        };
    }

    private static bool Matches(DataProfile one, DataProfile other) => GetColumns(one).SequenceEqual(GetColumns(other));

    private static IEnumerable<(string Name, bool IsText)> GetColumns(DataProfile profile) =>
        profile.Features.Select(static feature => (feature.Name, feature.IsText));
}
