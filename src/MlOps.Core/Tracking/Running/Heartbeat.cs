using MlOps.Metrics;

namespace MlOps.Tracking;

/// <summary>Performs the periodic work of a run: heartbeats and, if enabled, system metrics.</summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;
    private bool _isStopping;

    public Heartbeat(
        TrackingOptions options, TimeProvider timeProvider, Func<CancellationToken, Task> sendHeartbeat, Func<string, string?, MetricHandle> getMetric)
    {
        _timeProvider = timeProvider;
        var heartbeats = RepeatAsync(options.HeartbeatInterval, sendHeartbeat);
        _work = options.SystemMetricsInterval is { } interval ? Task.WhenAll(heartbeats, RecordSystemMetricsAsync(interval, getMetric)) : heartbeats;
    }

    /// <summary>Stops the periodic work, and waits for the operation in progress.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_work.IsCompleted && !Interlocked.Exchange(ref _isStopping, true))
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task RecordSystemMetricsAsync(TimeSpan interval, Func<string, string?, MetricHandle> getMetric)
    {
        var (cpu, memory) = (getMetric("system/cpu", "1"), getMetric("system/memory", "By"));
        var (cpuTime, time, step) = (Environment.CpuUsage.TotalTime, _timeProvider.GetTimestamp(), 0L);
        return RepeatAsync(interval, _ =>
        {
            var (cpuNow, now) = (Environment.CpuUsage.TotalTime, _timeProvider.GetTimestamp());
            cpu.Record((cpuNow - cpuTime) / _timeProvider.GetElapsedTime(time, now) / Environment.ProcessorCount, step);
            memory.Record(Environment.WorkingSet, step++);
            (cpuTime, time) = (cpuNow, now);
            return Task.CompletedTask;
        });
    }

    private async Task RepeatAsync(TimeSpan interval, Func<CancellationToken, Task> action)
    {
        using var timer = new PeriodicTimer(interval, _timeProvider);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            await action(_stop.Token).ConfigureAwait(false);
        }
    }
}
