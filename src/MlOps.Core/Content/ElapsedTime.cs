namespace MlOps.Content;

/// <summary>Measures elapsed time, including time during which the machine was suspended.</summary>
/// <remarks>A monotonic clock may stop while the machine is suspended, and the wall clock may be set back. The longer of the two durations is
/// used.</remarks>
/// <param name="timeProvider">The clocks.</param>
internal sealed class ElapsedTime(TimeProvider timeProvider)
{
    private readonly long _timestamp = timeProvider.GetTimestamp();
    private readonly DateTimeOffset _time = timeProvider.GetUtcNow();

    public TimeSpan Value
    {
        get
        {
            var (monotonic, wall) = (timeProvider.GetElapsedTime(_timestamp), timeProvider.GetUtcNow() - _time);
            return monotonic > wall ? monotonic : wall;
        }
    }
}
