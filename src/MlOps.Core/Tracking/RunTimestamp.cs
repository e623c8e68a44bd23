namespace MlOps.Tracking;

/// <summary>Defines the precision of the times of runs.</summary>
internal static class RunTimestamp
{
    /// <summary>Truncates a time to microseconds, the precision of the tables that searches use.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), time.Offset);
}
