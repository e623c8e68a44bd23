using Microsoft.Extensions.Time.Testing;

namespace MlOps.Maintenance;

/// <summary>A clock on which every delay ends immediately and advances the time.</summary>
internal sealed class SkippingClock() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Advance(dueTime);
        return timer;
    }
}
