using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>The points of one series as a segment holds them.</summary>
/// <remarks>Times and steps are differences: the first number as it is, each further one as what it is more than the one before. Most are small and alike,
/// which is what compresses well.</remarks>
internal sealed class MetricColumn
{
    public required string Name { get; init; }

    public string? Unit { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the times in milliseconds since 1970, as differences.</summary>
    public required IReadOnlyList<decimal> Times { get; init; }

    /// <summary>Gets the steps, as differences; <see langword="null"/> for a point without one, and for all if none has one.</summary>
    public IReadOnlyList<long?>? Steps { get; init; }

    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Makes the series that the column is of.</summary>
    /// <exception cref="DocumentFormatException">It has no name.</exception>
    public MetricSeries ToSeries(ArtifactPath path) =>
        string.IsNullOrWhiteSpace(Name) ? throw Altered(path, "a series has no name") : new MetricSeries(Name, Unit, Tags);

    /// <summary>Gives the points, as of a series.</summary>
    /// <exception cref="DocumentFormatException">The numbers do not make points.</exception>
    public IEnumerable<MetricDataPoint> ToPoints(ArtifactPath path, MetricSeries series)
    {
        if (Times.Count != Values.Count || (Steps is not null && Steps.Count != Values.Count))
        {
            throw Altered(path, $"the series '{Name}' has {Values.Count} values, {Times.Count} times and {Steps?.Count ?? 0} steps");
        }

        var (time, step) = (0m, 0L);
        for (var i = 0; i < Values.Count; i++)
        {
            time += Times[i];
            step += Steps?[i] ?? 0;
            yield return new MetricDataPoint(series, Values[i], ToTime(path, time), Steps?[i] is null ? null : step);
        }
    }

    private DateTimeOffset ToTime(ArtifactPath path, decimal milliseconds)
    {
        try
        {
            return DateTimeOffset.UnixEpoch.AddTicks(decimal.ToInt64(milliseconds * TimeSpan.TicksPerMillisecond));
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            throw Altered(path, $"the series '{Name}' has a time that is none");
        }
    }

    private static DocumentFormatException Altered(ArtifactPath path, string what) => new(path, $"{what}. It was altered; restore it from a copy.");
}
