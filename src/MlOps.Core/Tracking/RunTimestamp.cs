namespace MlOps.Tracking;

/// <summary>The precision of the times of runs.</summary>
internal static class RunTimestamp
{
    /// <summary>Truncates a time to microseconds, which the tables of searches hold exactly.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), time.Offset);
}
