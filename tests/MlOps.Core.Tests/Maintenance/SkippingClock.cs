using Microsoft.Extensions.Time.Testing;

namespace MlOps.Maintenance;

/// <summary>A clock of a test's own, on which every delay is over at once: the time moves on by it.</summary>
internal sealed class SkippingClock() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Advance(dueTime);
        return timer;
    }
}
