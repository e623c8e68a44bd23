using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlOps.Metrics;

/// <summary>Delivers recorded points to the sinks.</summary>
/// <remarks>
/// <para>Thread-safe. Recording threads fill chunks, and hand each full chunk over to the queue of every sink. Each queue has a background task that
/// converts chunks to batches and calls its sink.</para>
/// <para>Disposal delivers the remaining points to the sinks, within <see cref="MetricsOptions.ShutdownTimeout"/>, and disposes the sinks.</para>
/// </remarks>
internal sealed partial class MetricsPipeline : IMetricsRecorder, IAsyncDisposable, IDisposable
{
    private static readonly Dictionary<string, string> s_noTags = [];

    /// <summary>The time that an abandoned sink has to end its call after the cancellation.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly MetricsOptions _options;
    private readonly IReadOnlyList<ConfiguredSink> _sinks;
    private readonly SinkQueue[] _queues;
    private readonly ILogger _logger;
    private readonly MetricsScope _applicationScope;
    private readonly ConcurrentDictionary<MetricsScope, byte> _scopes = new();
    private readonly Lock _disposing = new();
    private long _droppedInRuns;
    private Task? _disposed;
    private IDisposable? _meterSubscription;

    public MetricsPipeline(
        TimeProvider timeProvider, MetricsOptions? options = null, IReadOnlyList<ConfiguredSink>? sinks = null, ILogger? logger = null)
    {
        TimeProvider = timeProvider;
        _options = options ?? new MetricsOptions();
        _sinks = sinks ?? [];
        _logger = new BackgroundLogger(logger ?? NullLogger.Instance);
        Clock = new MetricsClock(timeProvider);
        _queues = [.. _sinks.Select((sink, index) => new SinkQueue(this, sink.Name, sink.Sink, sink.Options, index, HandOver))];
        _applicationScope = new MetricsScope(this, _queues, own: null, s_noTags, _options.MaxSeries);
        MeterScope = new MetricsScope(this, _queues.Where(queue => _sinks[queue.Index].AcceptsMeters), own: null, s_noTags, _options.MaxSeries);
        _scopes.TryAdd(_applicationScope, 0);
        _scopes.TryAdd(MeterScope, 0);
    }

    public ChunkPool Pool { get; } = new();

    public MetricsClock Clock { get; }

    public TimeProvider TimeProvider { get; }

    public MetricsWhenFull WhenFull => _options.WhenFull;

    public ILogger Logger => _logger;

    /// <summary>Gets the queues of the configured sinks.</summary>
    public IReadOnlyList<SinkQueue> Queues => _queues;

    /// <summary>Gets the scope of measurements of meters. Sinks of type <c>Meter</c> do not receive them.</summary>
    public MetricsScope MeterScope { get; }

    /// <summary>Gets the number of values that were dropped because they were recorded after disposal.</summary>
    public long Dropped => _applicationScope.Dropped + MeterScope.Dropped;

    /// <summary>Gets the number of dropped values of the scopes of runs.</summary>
    public long DroppedInRuns => Interlocked.Read(ref _droppedInRuns) + _scopes.Keys.Sum(static scope => scope.DroppedFromQueue);

    /// <summary>Attaches the subscription to meters. The pipeline disposes it before the sinks.</summary>
    public void Attach(IDisposable subscription) => _meterSubscription = subscription;

    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null) =>
        _applicationScope.GetMetric(name, unit, tags);

    /// <summary>Opens the scope of a run, which delivers its points to its own sink and to the configured sinks. The number of its series is not
    /// limited.</summary>
    /// <param name="sink">The sink. The caller owns it. It receives a batch when the batch is full or flushed, one call at a time.</param>
    /// <param name="name">The name of the sink in logs.</param>
    /// <param name="batchSize">The maximum number of points in a batch.</param>
    /// <param name="tags">The tags that distinguish the points in the configured sinks. The own sink does not receive them.</param>
    public MetricsScope OpenScope(IMetricsSink sink, string name, int batchSize, IReadOnlyDictionary<string, string> tags)
    {
        var options = new MetricsSinkOptions
        {
            BatchSize = batchSize,
            Capacity = _options.Capacity,
            FlushInterval = Timeout.InfiniteTimeSpan,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        MetricsScope? scope = null;
        var queue = new SinkQueue(this, name, sink, options, index: -1, () => scope!.HandOver());
        scope = new MetricsScope(this, _queues, queue, tags, int.MaxValue);
        _scopes.TryAdd(scope, 0);
        return scope;
    }

    /// <summary>Logs that a metric exceeds the limit of tag combinations.</summary>
    public void ReportTooManySeries(string name) => LogTooManySeries(name, _options.MaxSeries, MetricTable.OverflowTag);

    /// <summary>Delivers all points that were recorded before the call to all sinks, including the sinks of runs.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_queues.Select(queue => queue.FlushAsync(cancellationToken)).Concat(_scopes.Keys.Select(scope => scope.FlushAsync(cancellationToken))));

    /// <summary>Flushes as <see cref="FlushAsync"/> does, within <see cref="MetricsOptions.ShutdownTimeout"/>.</summary>
    public async Task FlushForShutdownAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ShutdownTimeout, TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await FlushAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Hands over recorded points to the queues.</summary>
    public void HandOver()
    {
        Clock.Adjust();
        foreach (var (scope, _) in _scopes)
        {
            scope.HandOver();
        }
    }

    /// <summary>Counts dropped values of the scopes of runs.</summary>
    public void CountDroppedInRuns(long count) => Interlocked.Add(ref _droppedInRuns, count);

    public void Remove(MetricsScope scope)
    {
        if (_scopes.TryRemove(scope, out _))
        {
            CountDroppedInRuns(scope.DroppedFromQueue);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_disposing)
        {
            return new ValueTask(_disposed ??= DisposeOnceAsync());
        }
    }

    /// <summary>Disposes as <see cref="DisposeAsync"/> does, for containers that are disposed synchronously.</summary>
    public void Dispose()
    {
        using var done = new ManualResetEventSlim();
        _ = Task.Run(async () =>
        {
            await DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            done.Set();
        });
        done.Wait();
    }

    private async Task DisposeOnceAsync()
    {
        _meterSubscription?.Dispose();
        _applicationScope.Close();
        MeterScope.Close();
        using var giveUp = new CancellationTokenSource(_options.ShutdownTimeout, TimeProvider);
        var ended = Task.WhenAll(_sinks.Zip(_queues, (sink, queue) => EndAsync(sink, queue, giveUp.Token)));
        await ended.WaitAsync(giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);

        // An abandoned sink is logged by its queue. If it ignores its cancellation token, its call continues, and it is disposed when the call ends.
        await ended.WaitAsync(s_grace).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task EndAsync(ConfiguredSink sink, SinkQueue queue, CancellationToken giveUp)
    {
        await queue.CompleteAsync(giveUp).ConfigureAwait(false);
        if (sink.Sink is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            (sink.Sink as IDisposable)?.Dispose();
        }
    }

    [LoggerMessage(705, LogLevel.Warning,
        "The metric '{Metric}' has more than {MaxSeries} combinations of tags. Further combinations are recorded as one series with the tag {Tag}. "
        + "Remove tags with many values, such as identifiers, or raise MlOps:Metrics:MaxSeries.")]
    private partial void LogTooManySeries(string metric, int maxSeries, string tag);
}
