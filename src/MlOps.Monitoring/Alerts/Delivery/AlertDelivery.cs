using System.Collections.Concurrent;
using System.Numerics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MlOps.Monitoring.Alerts.Delivery;

/// <summary>Looks for new events of the monitored models at intervals, and delivers them. Sinks do not wait for each other.</summary>
internal sealed partial class AlertDelivery : BackgroundService
{
    private const int MaxParallel = 4;
    private readonly AlertDispatcher _dispatcher;
    private readonly IReadOnlyList<IModelEventSink> _sinks;
    private readonly Func<IReadOnlyCollection<string>> _models;
    private readonly AlertDeliveryOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <summary>The numbers of failures in sequence, so that a lasting failure of the store does not fill the log.</summary>
    private readonly ConcurrentDictionary<(string Sink, string Model), int> _failures = new();

    /// <summary>Initializes a new instance of the <see cref="AlertDelivery"/> class.</summary>
    /// <param name="dispatcher">The dispatcher.</param>
    /// <param name="sinks">The sinks, with different names.</param>
    /// <param name="models">Gets the names of the monitored models in the registry.</param>
    /// <param name="options">The options.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">The logger.</param>
    public AlertDelivery(
        AlertDispatcher dispatcher,
        IReadOnlyList<IModelEventSink> sinks,
        Func<IReadOnlyCollection<string>> models,
        AlertDeliveryOptions options,
        TimeProvider timeProvider,
        ILogger<AlertDelivery> logger)
    {
        if (sinks.GroupBy(static sink => sink.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static group => group.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"{twice.Count()} alert sinks have the name '{twice.Key}'. The name identifies the delivery position. Give each sink another name.");
        }

        (_dispatcher, _sinks, _models, _options, _timeProvider, _logger) = (dispatcher, sinks, models, options, timeProvider, logger);
    }

    /// <summary>Delivers the new events of the monitored models once. A failure is logged.</summary>
    public Task DeliverAsync(CancellationToken cancellationToken) => Task.WhenAll(_sinks.Select(sink => DeliverAsync(sink, TimeSpan.Zero, cancellationToken)));

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var (webhook, options) in _options.Webhooks)
        {
            foreach (var model in options.Models.Except(_models(), StringComparer.Ordinal))
            {
                LogUnknownModel(webhook, model, NearestName.Suggest(model, _models()));
            }
        }

        return Task.WhenAll(_sinks.Select(sink => PollAsync(sink, stoppingToken)));
    }

    private async Task PollAsync(IModelEventSink sink, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_options.DeliveryInterval, _timeProvider);
        do
        {
            await DeliverAsync(sink, _options.DeliveryInterval / 2, stoppingToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private Task DeliverAsync(IModelEventSink sink, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(_models(), options, async (model, token) =>
        {
            try
            {
                await _dispatcher.DeliverAsync(sink, model, maxAge, token).ConfigureAwait(false);
                _failures.TryRemove((sink.Name, model), out _);
            }
            catch (Exception exception) when (!token.IsCancellationRequested)
            {
                var failures = _failures.AddOrUpdate((sink.Name, model), 1, static (_, before) => before + 1);
                LogFailed(BitOperations.IsPow2(failures) ? LogLevel.Error : LogLevel.Debug, sink.Name, model, failures, exception);
            }
        });
    }

    [LoggerMessage(EventId = 754, Message =
        "The events of the model '{Model}' could not be delivered to the sink '{Sink}', because the store failed (failures: {Failures}). "
        + "The next look tries again. If this lasts, verify the store.")]
    private partial void LogFailed(LogLevel level, string sink, string model, int failures, Exception exception);

    [LoggerMessage(755, LogLevel.Warning,
        "MlOps:Alerts:Webhooks:{Webhook}:Models contains '{Model}', which this process does not monitor. {Hint}Monitor the model, or remove the name.")]
    private partial void LogUnknownModel(string webhook, string model, string hint);
}
