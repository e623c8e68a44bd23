using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>Calls a sink until it succeeds, with growing pauses after failures.</summary>
/// <param name="name">The name of the sink in logs.</param>
/// <param name="write">Delivers something to the sink; the result is whether there is more to deliver. Called again after a failure.</param>
/// <param name="timeout">The time after which a call is canceled and repeated.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The logger of changes of the sink's state.</param>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A source without a timer and a wait handle holds no resource.")]
internal sealed partial class SinkRetry(string name, Func<CancellationToken, Task<bool>> write, TimeSpan timeout, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _givenUp = new();
    private long _failures;
    private int _isFailing;

    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Ends the present pause, and shortens later ones: the process is about to end.</summary>
    public void Hurry() => _hurry.Cancel();

    /// <summary>Ends the present call, and makes no other.</summary>
    public void GiveUp() => _givenUp.Cancel();

    /// <summary>Calls the sink until there is nothing more to deliver.</summary>
    /// <param name="within">The time after which no other attempt begins; <see langword="null"/> for no limit.</param>
    /// <param name="cancellationToken">Cancels the delivery.</param>
    /// <returns><see langword="null"/> if everything is delivered, or else the last failure.</returns>
    public async Task<Exception?> DeliverAsync(TimeSpan? within = null, CancellationToken cancellationToken = default)
    {
        var started = timeProvider.GetTimestamp();
        for (var pause = s_firstPause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
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

            if (within is { } limit && timeProvider.GetElapsedTime(started) + pause > limit)
            {
                return failure;
            }

            await PauseAsync(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A sink may throw any exception; the call is repeated.")]
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

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var isHurried = _hurry.IsCancellationRequested;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_givenUp.Token, isHurried ? default : _hurry.Token, cancellationToken);

        // The thread that ends the pause must not be made to call the sink.
        await Task.Delay(isHurried ? s_firstPause : pause, timeProvider, end.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
    }

    [LoggerMessage(702, LogLevel.Warning,
        "The metrics sink '{Sink}' failed. Its points wait, and the call is repeated after pauses of up to one minute. Other sinks are not affected.")]
    private partial void LogFailing(Exception exception, string sink);

    [LoggerMessage(703, LogLevel.Information, "The metrics sink '{Sink}' takes points again.")]
    private partial void LogRecovered(string sink);
}
