namespace MlOps.Monitoring.Windows;

/// <summary>A clock for observed rows that is faster than the system clock, and detects jumps of the system clock.</summary>
/// <remarks>
/// Thread-safe. For the system clock, the time is an offset plus <see cref="Environment.TickCount64"/>, which takes a few nanoseconds and has a resolution of a
/// few milliseconds. <see cref="Adjust"/> corrects the offset. Any other clock is read for each row.
/// </remarks>
internal sealed class RowClock
{
    private const long Tolerance = 50 * TimeSpan.TicksPerMillisecond;
    private readonly TimeProvider _timeProvider;
    private readonly bool _isSystem;
    private long _offset;
    private long _lastTime;
    private long _lastTimestamp;

    public RowClock(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _isSystem = timeProvider == TimeProvider.System;
        _offset = GetOffset();
        (_lastTime, _lastTimestamp) = (timeProvider.GetUtcNow().UtcTicks, timeProvider.GetTimestamp());
    }

    /// <summary>Gets the time in ticks of UTC.</summary>
    public long Ticks => _isSystem
        ? Volatile.Read(ref _offset) + (Environment.TickCount64 * TimeSpan.TicksPerMillisecond)
        : _timeProvider.GetUtcNow().UtcTicks;

    /// <summary>Gets the time at the last call of <see cref="Adjust"/>, in ticks of UTC.</summary>
    public long AdjustedTicks => _lastTime;

    /// <summary>Gets the time by the monotonic clock since the last call of <see cref="Adjust"/>, in ticks of UTC.</summary>
    public long ExpectedTicks => _lastTime + _timeProvider.GetElapsedTime(_lastTimestamp).Ticks;

    /// <summary>Compares the clock with the monotonic clock since the last call, and corrects the offset. One thread at a time calls this method.</summary>
    /// <returns>The jump of the clock. It is positive if the clock was set forward.</returns>
    public TimeSpan Adjust()
    {
        var (time, timestamp) = (_timeProvider.GetUtcNow().UtcTicks, _timeProvider.GetTimestamp());
        var jump = TimeSpan.FromTicks(time - _lastTime) - _timeProvider.GetElapsedTime(_lastTimestamp, timestamp);
        (_lastTime, _lastTimestamp) = (time, timestamp);
        if (_isSystem && GetOffset() is var offset && Math.Abs(offset - Volatile.Read(ref _offset)) > Tolerance)
        {
            Volatile.Write(ref _offset, offset);
        }

        return jump;
    }

    private long GetOffset() => _timeProvider.GetUtcNow().UtcTicks - (Environment.TickCount64 * TimeSpan.TicksPerMillisecond);
}
