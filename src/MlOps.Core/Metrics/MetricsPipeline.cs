using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlOps.Metrics;

/// <summary>Takes points from the threads that record them to the sinks.</summary>
/// <remarks>
/// <para>Thread-safe. Threads fill chunks and hand each full chunk to the queue of every sink. Each queue has a task of its own, which converts chunks to
/// batches and calls its sink.</para>
/// <para>Disposing lets all sinks take what was recorded, within <see cref="MetricsOptions.ShutdownTimeout"/>, and disposes them.</para>
/// </remarks>
internal sealed partial class MetricsPipeline : IMetricsRecorder, IAsyncDisposable, IDisposable
{
    private static readonly Dictionary<string, string> s_noTags = [];

    /// <summary>The time that a sink that is given up has to end its call.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private readonly MetricsOptions _options;
    private readonly IReadOnlyList<ConfiguredSink> _sinks;
    private readonly SinkQueue[] _queues;
    private readonly ILogger _logger;
    private readonly MetricsScope _recorded;
    private readonly ConcurrentDictionary<MetricsScope, byte> _scopes = new();
    private readonly Lock _disposing = new();
    private long _droppedInScopes;
    private Task? _disposed;
    private IDisposable? _intake;

    public MetricsPipeline(
        TimeProvider timeProvider, MetricsOptions? options = null, IReadOnlyList<ConfiguredSink>? sinks = null, ILogger? logger = null)
    {
        TimeProvider = timeProvider;
        _options = options ?? new MetricsOptions();
        _sinks = sinks ?? [];
        _logger = new BackgroundLogger(logger ?? NullLogger.Instance);
        Clock = new MetricsClock(timeProvider);
        _queues = [.. _sinks.Select((sink, index) => new SinkQueue(this, sink.Name, sink.Sink, sink.Options, index, HandOver))];
        _recorded = new MetricsScope(this, _queues, own: null, s_noTags, _options.MaxSeries);
        Measured = new MetricsScope(this, _queues.Where(queue => _sinks[queue.Index].TakesMeters), own: null, s_noTags, _options.MaxSeries);
        _scopes.TryAdd(_recorded, 0);
        _scopes.TryAdd(Measured, 0);
    }

    public ChunkPool Pool { get; } = new();

    public MetricsClock Clock { get; }

    public TimeProvider TimeProvider { get; }

    public MetricsWhenFull WhenFull => _options.WhenFull;

    public ILogger Logger => _logger;

    /// <summary>Gets the queues of the configured sinks.</summary>
    public IReadOnlyList<SinkQueue> Queues => _queues;

    /// <summary>Gets the scope of the metrics that meters measure. Sinks that are meters do not get them.</summary>
    public MetricsScope Measured { get; }

    /// <summary>Gets the number of values that no sink got, because they were recorded after the end.</summary>
    public long Dropped => _recorded.Dropped + Measured.Dropped;

    /// <summary>Gets the number of values that the sinks of scopes, which are those of runs, did not get.</summary>
    public long DroppedInScopes => Interlocked.Read(ref _droppedInScopes) + _scopes.Keys.Sum(static scope => scope.DroppedFromQueue);

    /// <summary>Keeps an object that records on the pipeline's behalf, and disposes it before the sinks.</summary>
    public void Attach(IDisposable intake) => _intake = intake;

    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null) => _recorded.GetMetric(name, unit, tags);

    /// <summary>Opens a scope, whose points go to a sink of its own besides the configured ones. The number of its series is not limited here.</summary>
    /// <param name="sink">The sink, which the caller keeps. It is called when a batch is full or flushed; one call at a time.</param>
    /// <param name="name">The name of the sink in logs.</param>
    /// <param name="batchSize">The maximum number of points in a call of the sink.</param>
    /// <param name="tags">The tags that distinguish the points in the configured sinks; the scope's own sink does not get them.</param>
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

    /// <summary>Reports that a metric has more combinations of tags than the limit allows.</summary>
    public void ReportTooManySeries(string name) => LogTooManySeries(name, _options.MaxSeries, MetricTable.OverflowTag);

    /// <summary>Waits until every sink, and that of every scope, has taken everything that was recorded before the call.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_queues.Select(queue => queue.FlushAsync(cancellationToken)).Concat(_scopes.Keys.Select(scope => scope.FlushAsync(cancellationToken))));

    /// <summary>Flushes as <see cref="FlushAsync"/> does, within <see cref="MetricsOptions.ShutdownTimeout"/>.</summary>
    public async Task FlushForShutdownAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ShutdownTimeout, TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await FlushAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Hands what was recorded before the call to the queues.</summary>
    public void HandOver()
    {
        Clock.Adjust();
        foreach (var (scope, _) in _scopes)
        {
            scope.HandOver();
        }
    }

    /// <summary>Counts values of scopes that were dropped.</summary>
    public void CountDroppedInScopes(long count) => Interlocked.Add(ref _droppedInScopes, count);

    public void Forget(MetricsScope scope)
    {
        if (_scopes.TryRemove(scope, out _))
        {
            CountDroppedInScopes(scope.DroppedFromQueue);
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
        _intake?.Dispose();
        _recorded.Close();
        Measured.Close();
        using var giveUp = new CancellationTokenSource(_options.ShutdownTimeout, TimeProvider);
        var ended = Task.WhenAll(_sinks.Zip(_queues, (sink, queue) => EndAsync(sink, queue, giveUp.Token)));
        await ended.WaitAsync(giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);

        // A sink that is given up is logged. One that ignores its token is left behind; it is disposed if its call ever ends.
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
        "The metric '{Metric}' has more than {MaxSeries} combinations of tags. All others are recorded as one series with the tag {Tag}. "
        + "Remove tags with many values, such as identifiers, or raise MlOps:Metrics:MaxSeries.")]
    private partial void LogTooManySeries(string metric, int maxSeries, string tag);
}
