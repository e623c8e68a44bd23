namespace MlOps.Metrics;

/// <summary>A clock for recorded values that is faster than the system clock.</summary>
/// <remarks>
/// For the system clock, the time is the boot time of the machine plus <see cref="Environment.TickCount64"/>, which takes a few nanoseconds and has a
/// resolution of a few milliseconds. Any other clock is read for each value.
/// </remarks>
internal sealed class MetricsClock
{
    /// <summary>The deviation in milliseconds above which the clock is adjusted. Adjusting it for smaller deviations would only add jitter.</summary>
    private const long Tolerance = 50;

    private readonly TimeProvider? _other;
    private long _bootTime;

    public MetricsClock(TimeProvider timeProvider)
    {
        _other = timeProvider == TimeProvider.System ? null : timeProvider;
        _bootTime = GetBootTime();
    }

    /// <summary>Gets the time in ticks of UTC.</summary>
    public long Ticks => _other is null
        ? (Volatile.Read(ref _bootTime) + Environment.TickCount64) * TimeSpan.TicksPerMillisecond
        : _other.GetUtcNow().Ticks;

    /// <summary>Adjusts the clock after a change of the system clock. Call it periodically.</summary>
    public void Adjust()
    {
        if (_other is null && GetBootTime() is var bootTime && Math.Abs(bootTime - Volatile.Read(ref _bootTime)) > Tolerance)
        {
            Volatile.Write(ref _bootTime, bootTime);
        }
    }

    private static long GetBootTime() => (TimeProvider.System.GetUtcNow().Ticks / TimeSpan.TicksPerMillisecond) - Environment.TickCount64;
}
