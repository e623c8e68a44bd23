using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Calls a sink with a batch until it has taken it.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A source without a timer whose wait handle nobody asks for holds nothing.")]
internal sealed partial class SinkDelivery(string name, IMetricsSink sink, TimeSpan timeout, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _givenUp = new();
    private long _points;
    private long _failures;

    public long Points => Interlocked.Read(ref _points);

    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Ends the present pause: the process is about to end.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>Ends the present call, and makes no other.</summary>
    public void GiveUp() => _givenUp.Cancel();

    /// <summary>Delivers a batch, again and again if it fails.</summary>
    /// <returns>Whether the sink has taken it; if not, it was given up.</returns>
    public async Task<bool> TryDeliverAsync(ReadOnlyMemory<MetricDataPoint> batch)
    {
        for (var pause = s_firstPause; !_givenUp.IsCancellationRequested; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            if (await TryWriteAsync(batch).ConfigureAwait(false) is not { } failure)
            {
                Interlocked.Add(ref _points, batch.Length);
                if (pause > s_firstPause)
                {
                    LogRecovered(name);
                }

                return true;
            }

            Interlocked.Increment(ref _failures);
            if (pause == s_firstPause)
            {
                LogFailing(failure, name, batch.Length);
            }

            await PauseAsync(pause).ConfigureAwait(false);
        }

        return false;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever a sink throws, it is its own affair.")]
    private async Task<Exception?> TryWriteAsync(ReadOnlyMemory<MetricDataPoint> batch)
    {
        using var tooLong = new CancellationTokenSource(timeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, _givenUp.Token);
        try
        {
            await sink.WriteAsync(batch, either.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        var isHurried = _hurry.IsCancellationRequested;
        await Task.Delay(isHurried ? s_firstPause : pause, timeProvider, isHurried ? _givenUp.Token : _hurry.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding); // who hurries it must not be made to call the sink
    }

    [LoggerMessage(702, LogLevel.Warning, "The metrics sink '{Sink}' did not take {Count} points. They wait and it is called again, after longer and longer pauses of at most a minute; others are not concerned.")]
    private partial void LogFailing(Exception exception, string sink, int count);

    [LoggerMessage(703, LogLevel.Information, "The metrics sink '{Sink}' takes points again.")]
    private partial void LogRecovered(string sink);
}
