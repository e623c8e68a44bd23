using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Delivers the events of models to sinks: at least once, in order for each model and sink, by any of several instances.</summary>
/// <remarks>
/// <para>Thread-safe. The position of each sink is a document in the store. An instance claims it before it delivers, so that the other instances do not
/// deliver the same events. If the instance stops, its claim expires, and another instance continues.</para>
/// <para>A new sink starts with the events after its first look at a model.</para>
/// </remarks>
internal sealed partial class AlertDispatcher(IModelRegistry registry, IArtifactStore store, TimeProvider timeProvider, ILogger<AlertDispatcher> logger)
{
    /// <summary>The time limit of one attempt.</summary>
    public static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The time after which other instances regard the instance that delivers as stopped.</summary>
    public static readonly TimeSpan ClaimTime = TimeSpan.FromMinutes(2);

    /// <summary>The number of failures in sequence after which they are errors, and after which a rejected event is dropped.</summary>
    public const int MaxFailures = 5;

    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestRetryAfter = TimeSpan.FromHours(1);
    private readonly DeliveryPositions _positions = new(store, logger);

    /// <summary>The numbers of the last delivered events, so that a look without a new event does not read the position.</summary>
    private readonly ConcurrentDictionary<ArtifactPath, long> _delivered = new();

    /// <summary>Delivers the events of a model that a sink has not delivered so far. If another instance delivers, the call returns.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="model">The name of the model in the registry.</param>
    /// <param name="maxAge">The maximum age of a cached model, so that the sinks of a process share a request. Zero reads the store.</param>
    /// <param name="cancellationToken">Cancels the delivery, and releases the claim.</param>
    public async Task DeliverAsync(IModelEventSink sink, string model, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var path = DeliveryPositions.PathOf(model, sink.Name);
        var last = (await registry.FindAsync(model, maxAge, cancellationToken).ConfigureAwait(false))?.Sequence;
        if (sink.IsGone || (last is not null && _delivered.TryGetValue(path, out var known) && known == last))
        {
            return;
        }

        var (position, eTag) = await _positions.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        if (position?.Delivered > last)
        {
            // Another instance may have delivered an event that was recorded after the model was found.
            last = (await registry.FindAsync(model, cancellationToken: cancellationToken).ConfigureAwait(false))?.Sequence;
        }

        if (position?.Delivered > last)
        {
            LogRestored(path, position.Delivered, model, last.Value);
            position = null;
        }

        if (position is null)
        {
            _ = await _positions.TryWriteAsync(path, Free(last ?? 0), eTag, cancellationToken).ConfigureAwait(false);
            return;
        }

        _delivered[path] = position.Delivered;
        var now = timeProvider.GetUtcNow();
        if (position.Delivered == last || IsLater(position.ClaimedUntil, now, ClaimTime) || IsLater(position.NotBefore, now, s_longestRetryAfter))
        {
            return;
        }

        await DeliverAsync(sink, model, path, position, eTag!, cancellationToken).ConfigureAwait(false);
    }

    private async Task DeliverAsync(
        IModelEventSink sink, string model, ArtifactPath path, DeliveryPosition position, string eTag, CancellationToken cancellationToken)
    {
        // A look at a model without new events ends here, so that it does not write.
        var events = registry.ReadHistoryAsync(model, position.Delivered, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = events.ConfigureAwait(false);
        if (!await events.MoveNextAsync().ConfigureAwait(false))
        {
            return;
        }

        var current = Claim(position);
        var held = await _positions.TryWriteAsync(path, current, eTag, cancellationToken).ConfigureAwait(false);
        if (held is null)
        {
            return;
        }

        var next = current with { ClaimedUntil = null };
        try
        {
            do
            {
                var recordEvent = events.Current;
                if (!sink.Accepts(model, recordEvent))
                {
                    next = next with { Delivered = recordEvent.Sequence };
                    continue;
                }

                var result = await TrySendAsync(sink, model, recordEvent, cancellationToken).ConfigureAwait(false);
                next = Decide(result, next, sink, ModelEvents.IdOf(model, recordEvent.Sequence), recordEvent.Sequence);
                if (next.Delivered != recordEvent.Sequence)
                {
                    return;
                }

                held = await _positions.TryWriteAsync(path, Claim(next), held, cancellationToken).ConfigureAwait(false);
            }
            while (held is not null && await events.MoveNextAsync().ConfigureAwait(false));
        }
        finally
        {
            // The claim is released also when the host stops, so that another instance delivers at once.
            if (held is not null && await _positions.TryWriteAsync(path, next, held, CancellationToken.None).ConfigureAwait(false) is not null)
            {
                _delivered[path] = next.Delivered;
            }
        }
    }

    private async Task<DeliveryResult> TrySendAsync(
        IModelEventSink sink, string model, Records.RecordEvent recordEvent, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(SendTimeout, timeProvider);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // A sink that ignores the token must not block the sink for other models.
            return await sink.SendAsync(model, recordEvent, both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(DeliveryStatus.Failed, $"The sink did not complete within {SendTimeout}.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new(DeliveryStatus.Failed, exception.Message, Exception: exception);
        }
    }

    /// <summary>Computes the position after an attempt.</summary>
    private DeliveryPosition Decide(DeliveryResult result, DeliveryPosition before, IModelEventSink sink, string id, long sequence)
    {
        var (failures, rejections) = (before.Failures + 1, before.Rejections + (result.Status == DeliveryStatus.Rejected ? 1 : 0));
        switch (result.Status)
        {
            case DeliveryStatus.Delivered:
                return Free(sequence);
            case DeliveryStatus.Gone:
                LogGone(sink.Name, id, result.Reason);
                return before;
            case DeliveryStatus.Rejected when rejections >= MaxFailures:
                LogDropped(sink.Name, id, rejections, result.Reason);
                return Free(sequence);
            default:
                var notBefore = timeProvider.GetUtcNow() + GetDelay(failures, result.RetryAfter);
                Log(failures, notBefore);
                return before with { Failures = failures, Rejections = rejections, NotBefore = notBefore };
        }

        void Log(int failures, DateTimeOffset notBefore)
        {
            if (failures < MaxFailures)
            {
                LogFailed(sink.Name, id, failures, result.Reason, notBefore, result.Exception);
            }
            else
            {
                LogFailing(sink.Name, id, failures, result.Reason, notBefore, result.Exception);
            }
        }
    }

    /// <summary>Computes the time before the next attempt, which doubles with each failure. A longer time that the receiver requests has priority.</summary>
    private static TimeSpan GetDelay(int failures, TimeSpan? requested)
    {
        var delay = s_firstDelay * Math.Pow(2, Math.Min(failures, 10) - 1);
        delay = delay < s_longestDelay ? delay : s_longestDelay;
        return !(requested > delay) ? delay : requested < s_longestRetryAfter ? requested.Value : s_longestRetryAfter;
    }

    private DeliveryPosition Claim(DeliveryPosition position) => position with { ClaimedUntil = timeProvider.GetUtcNow() + ClaimTime, NotBefore = null };

    private static DeliveryPosition Free(long delivered) =>
        new() { Format = DeliveryPosition.CurrentFormat, Delivered = delivered, Nonce = Guid.Empty };

    /// <summary>Determines whether a time is in the future. A time after the maximum comes from a wrong clock, and is ignored.</summary>
    private static bool IsLater(DateTimeOffset? time, DateTimeOffset now, TimeSpan maximum) => time > now && time <= now + (2 * maximum);

    [LoggerMessage(749, LogLevel.Warning,
        "The sink '{Sink}' could not deliver the event {Id} (failures: {Failures}). {Reason} The next attempt is at {NotBefore:u} or later. "
        + "Later events of the model wait.")]
    private partial void LogFailed(string sink, string id, int failures, string reason, DateTimeOffset notBefore, Exception? exception);

    [LoggerMessage(750, LogLevel.Error,
        "The sink '{Sink}' still cannot deliver the event {Id} (failures: {Failures}). {Reason} The next attempt is at {NotBefore:u} or later. "
        + "Later events of the model wait. Repair the receiver, or remove the sink.")]
    private partial void LogFailing(string sink, string id, int failures, string reason, DateTimeOffset notBefore, Exception? exception);

    [LoggerMessage(751, LogLevel.Error,
        "The receiver of the sink '{Sink}' refused the event {Id} {Failures} times. {Reason} The event was dropped. "
        + "Correct the address or the secret of the webhook, or the receiver.")]
    private partial void LogDropped(string sink, string id, int failures, string reason);

    [LoggerMessage(752, LogLevel.Error,
        "The receiver of the sink '{Sink}' accepts no further events; the event {Id} was not delivered. {Reason} The sink is off until the process restarts. "
        + "Remove the webhook from the configuration, or correct its address.")]
    private partial void LogGone(string sink, string id, string reason);

    [LoggerMessage(753, LogLevel.Warning,
        "The delivery position '{Path}' is at event {Delivered}, but the model '{Model}' has {Last} events: an older copy of the store was restored. "
        + "The sink continues after event {Last}.")]
    private partial void LogRestored(ArtifactPath path, long delivered, string model, long last);
}
