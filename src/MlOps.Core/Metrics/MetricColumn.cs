using MlOps.Storage;

namespace MlOps.Metrics;

/// <summary>The points of one series in a segment.</summary>
/// <remarks>Times and steps are delta-encoded: the first number, and then the difference to the previous number. Most differences are small and similar,
/// so they compress well.</remarks>
internal sealed class MetricColumn
{
    public required string Name { get; init; }

    public string? Unit { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the times in milliseconds since 1970, as differences.</summary>
    public required IReadOnlyList<decimal> Times { get; init; }

    /// <summary>
    /// Gets the steps, as differences. An element is <see langword="null"/> for a point without a step; the list is <see langword="null"/> if no
    /// point has one.
    /// </summary>
    public IReadOnlyList<long?>? Steps { get; init; }

    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Creates the series of the column.</summary>
    /// <exception cref="DocumentFormatException">The name or the value of a tag is missing.</exception>
    public MetricSeries ToSeries(ArtifactPath path)
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw Altered(path, "a series has no name");
        }

        return Tags?.ContainsValue(null!) == true ? throw Altered(path, $"a tag of the series '{Name}' is null") : new MetricSeries(Name, Unit, Tags);
    }

    /// <summary>Decodes the points.</summary>
    /// <exception cref="DocumentFormatException">The numbers of values, times and steps differ, or a time is not valid.</exception>
    public IEnumerable<MetricDataPoint> ToPoints(ArtifactPath path, MetricSeries series)
    {
        if (Times.Count != Values.Count || (Steps is not null && Steps.Count != Values.Count))
        {
            throw Altered(path, $"the series '{Name}' has {Values.Count} values, {Times.Count} times and {Steps?.Count ?? 0} steps");
        }

        var (time, step) = (0m, 0L);
        for (var i = 0; i < Values.Count; i++)
        {
            step += Steps?[i] ?? 0;
            yield return new MetricDataPoint(series, Values[i], Advance(path, ref time, Times[i]), Steps?[i] is null ? null : step);
        }
    }

    private DateTimeOffset Advance(ArtifactPath path, ref decimal milliseconds, decimal difference)
    {
        try
        {
            milliseconds += difference;
            return DateTimeOffset.UnixEpoch.AddTicks(decimal.ToInt64(milliseconds * TimeSpan.TicksPerMillisecond));
        }
        catch (Exception exception) when (exception is OverflowException or ArgumentOutOfRangeException)
        {
            throw Altered(path, $"the series '{Name}' has an invalid time");
        }
    }

    private static DocumentFormatException Altered(ArtifactPath path, string fault) =>
        new(path, $"{fault}. The segment was altered. Restore it from a backup.");
}
