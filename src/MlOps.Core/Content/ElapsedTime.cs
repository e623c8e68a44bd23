namespace MlOps.Content;

/// <summary>How long ago something began, counting also what a suspended machine slept through.</summary>
/// <remarks>A monotonic clock may stand still while the machine sleeps, and the wall clock may be set back; the longer of the two errs on the safe side.</remarks>
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
