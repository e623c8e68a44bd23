using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Summarizes dates, and dates with times.</summary>
internal sealed class TimeSummary(int distinctLimit)
{
    private readonly DistinctCounter _distinct = new(distinctLimit);

    public long? Distinct => _distinct.Count;

    public DateTimeOffset? Earliest { get; private set; }

    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Describes the fault of a column with values that are infinite or outside the years 1 to 9999.</summary>
    /// <param name="column">The name of the column.</param>
    /// <param name="count">The number of such values.</param>
    /// <returns>The fault, or <see langword="null"/> if there are no such values.</returns>
    public static string? InfiniteFault(string column, long count) => count == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{count} values of the column '{column}' are infinite or outside the years 1 to 9999. The figures exclude them. "
        + $"Write null for unknown times.");

    /// <summary>Adds a time.</summary>
    /// <param name="time">The time.</param>
    /// <param name="nanoseconds">The nanoseconds below a tick, from 0 to 99.</param>
    public void Add(DateTimeOffset time, int nanoseconds = 0)
    {
        _distinct.Add(time.UtcTicks, nanoseconds);
        Earliest = Earliest < time ? Earliest : time;
        Latest = Latest > time ? Latest : time;
    }
}
