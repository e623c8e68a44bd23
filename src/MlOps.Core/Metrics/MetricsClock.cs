namespace MlOps.Metrics;

/// <summary>Tells the time of a recorded value, for less than reading the system's clock costs.</summary>
/// <remarks>
/// Of the system's clock, milliseconds since the machine's start, which cost a few nanoseconds and are a few milliseconds coarse, are added to when that was.
/// Any other clock is asked each time.
/// </remarks>
internal sealed class MetricsClock
{
    /// <summary>By how much the clock may be off before it is set: less is the coarseness itself, and times would go back and forth.</summary>
    private const long Tolerance = 50;

    private readonly TimeProvider? _other;
    private long _start;

    public MetricsClock(TimeProvider timeProvider)
    {
        _other = timeProvider == TimeProvider.System ? null : timeProvider;
        _start = StartOfMachine();
    }

    /// <summary>Gets the time in ticks of UTC.</summary>
    public long Ticks => _other is null
        ? (Volatile.Read(ref _start) + Environment.TickCount64) * TimeSpan.TicksPerMillisecond
        : _other.GetUtcNow().Ticks;

    /// <summary>Follows the system's clock where it was set; to be called from time to time.</summary>
    public void Adjust()
    {
        if (_other is null && StartOfMachine() is var start && Math.Abs(start - Volatile.Read(ref _start)) > Tolerance)
        {
            Volatile.Write(ref _start, start);
        }
    }

    private static long StartOfMachine() => (TimeProvider.System.GetUtcNow().Ticks / TimeSpan.TicksPerMillisecond) - Environment.TickCount64;
}
