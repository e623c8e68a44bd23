using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Calls a metrics sink, and retries failed calls with exponential backoff.</summary>
/// <param name="name">The name of the sink in logs.</param>
/// <param name="write">Delivers a batch to the sink and returns whether there is more to deliver. A failed call is retried.</param>
/// <param name="timeout">The timeout of a call. A timed-out call is retried.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The logger for failures and recoveries.</param>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable",
        Justification = "A cancellation source without a timer and a wait handle holds no unmanaged resource.")]
internal sealed partial class SinkRetry(string name, Func<CancellationToken, Task<bool>> write, TimeSpan timeout, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_maxDelay = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _givenUp = new();
    private long _failures;
    private int _isFailing;

    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Ends the current delay and shortens later ones, because the process is shutting down.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>Cancels the current call and stops retrying.</summary>
    public void GiveUp() => _givenUp.Cancel();

    /// <summary>Calls the sink until everything is delivered.</summary>
    /// <param name="within">The time after which no more attempts are started; <see langword="null"/> for no limit.</param>
    /// <param name="cancellationToken">A token that cancels the delivery.</param>
    /// <returns><see langword="null"/> if everything was delivered; otherwise, the last failure.</returns>
    public async Task<Exception?> DeliverAsync(TimeSpan? within = null, CancellationToken cancellationToken = default)
    {
        var started = timeProvider.GetTimestamp();
        for (var delay = s_firstDelay; ; delay = delay * 2 < s_maxDelay ? delay * 2 : s_maxDelay)
        {
            if (await TryWriteAllAsync(cancellationToken).ConfigureAwait(false) is not { } failure)
            {
                if (Interlocked.Exchange(ref _isFailing, 0) != 0)
                {
                    LogRecovered(name);
                }

                return null;
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (_givenUp.IsCancellationRequested)
            {
                return failure;
            }

            Interlocked.Increment(ref _failures);
            if (Interlocked.Exchange(ref _isFailing, 1) == 0)
            {
                LogFailing(failure, name);
            }

            if (within is { } limit && timeProvider.GetElapsedTime(started) + delay > limit)
            {
                return failure;
            }

            await DelayAsync(delay, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A sink may throw any exception. The call is retried.")]
    private async Task<Exception?> TryWriteAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var hasMore = true; hasMore;)
            {
                _givenUp.Token.ThrowIfCancellationRequested();
                using var tooLong = new CancellationTokenSource(timeout, timeProvider);
                using var any = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, _givenUp.Token, cancellationToken);
                hasMore = await write(any.Token).ConfigureAwait(false);
            }

            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        var isHurried = _hurry.IsCancellationRequested;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_givenUp.Token, isHurried ? default : _hurry.Token, cancellationToken);

        // Force yielding, so that the thread that cancels the delay does not run the sink.
        await Task.Delay(isHurried ? s_firstDelay : delay, timeProvider, end.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
    }

    [LoggerMessage(702, LogLevel.Warning,
        "The metrics sink '{Sink}' failed. Its points remain queued, and the call is retried with delays of up to one minute. Other sinks are not affected.")]
    private partial void LogFailing(Exception exception, string sink);

    [LoggerMessage(703, LogLevel.Information, "The metrics sink '{Sink}' has recovered.")]
    private partial void LogRecovered(string sink);
}
