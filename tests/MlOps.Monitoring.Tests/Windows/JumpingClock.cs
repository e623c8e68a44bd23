using Microsoft.Extensions.Time.Testing;

namespace MlOps.Monitoring.Windows;

/// <summary>A manual clock whose system time can be set apart from its monotonic time.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    /// <summary>Gets or sets the time by which the system clock was set forward.</summary>
    public TimeSpan Jump { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Jump;

    public override long GetTimestamp() => base.GetUtcNow().Ticks;
}
