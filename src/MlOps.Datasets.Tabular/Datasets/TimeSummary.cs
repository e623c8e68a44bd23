using System.Globalization;

namespace MlOps.Datasets;

/// <summary>Sums up days and moments.</summary>
internal sealed class TimeSummary(int distinctLimit)
{
    private readonly DistinctCounter _distinct = new(distinctLimit);

    public long? Distinct => _distinct.Count;

    public DateTimeOffset? Earliest { get; private set; }

    public DateTimeOffset? Latest { get; private set; }

    /// <summary>Gets the fault of a column with values that are infinite or beyond the calendar.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="count">The number of such values.</param>
    /// <returns>The fault, or <see langword="null"/> if there are none.</returns>
    public static string? InfiniteFault(string column, long count) => count == 0 ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{count} values of the column '{column}' are infinite, or beyond the years 1 to 9999. Its figures leave them out. "
        + $"Write null for times that are not known.");

    /// <param name="time">The time.</param>
    /// <param name="nanoseconds">The part of it that is smaller than a tick, from 0 to 99.</param>
    public void Add(DateTimeOffset time, int nanoseconds = 0)
    {
        _distinct.Add(time.UtcTicks, nanoseconds);
        Earliest = Earliest < time ? Earliest : time;
        Latest = Latest > time ? Latest : time;
    }
}
