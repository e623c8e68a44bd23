using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlOps.Metrics;

/// <summary>Takes points from the threads that record them to the sinks.</summary>
/// <remarks>
/// <para>Thread-safe. Recording only puts a value into <see cref="RecordingBuffers"/>. One task at a time empties them into a queue for each sink, and each queue has a task of its own that calls its sink.</para>
/// <para>Disposing lets all sinks take what was recorded, within <see cref="MetricsOptions.ShutdownTimeout"/>, and disposes them.</para>
/// </remarks>
internal sealed class MetricsPipeline : IMetricsRecorder, IAsyncDisposable, IDisposable
{
    private static readonly Dictionary<string, string> s_noTags = [];

    /// <summary>How long a sink that is given up has to end its call.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(1);

    private readonly MetricsOptions _options;
    private readonly IReadOnlyList<ConfiguredSink> _sinks;
    private readonly SinkQueue[] _queues;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly MetricTable _metrics;
    private readonly ConcurrentDictionary<MetricsScope, byte> _scopes = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _draining = new();
    private readonly Lock _disposing = new();
    private readonly Task _pump;
    private Task? _disposed;
    private IDisposable? _intake;

    public MetricsPipeline(
        TimeProvider timeProvider, MetricsOptions? options = null, IReadOnlyList<ConfiguredSink>? sinks = null, ILogger? logger = null)
    {
        _timeProvider = timeProvider;
        _options = options ?? new MetricsOptions();
        _sinks = sinks ?? [];
        _logger = new BackgroundLogger(logger ?? NullLogger.Instance);
        Clock = new MetricsClock(timeProvider);
        Buffers = new RecordingBuffers(_options.Capacity, _options.WhenFull);
        _queues = [.. _sinks.Select(sink => new SinkQueue(sink.Name, sink.Sink, sink.Options, _options.WhenFull, Drain, timeProvider, _logger))];
        _metrics = new MetricTable(series => CreateMetric(series, scope: null, isMeasured: false));

        // What is done from now on belongs to nobody's request.
        using (ExecutionContext.SuppressFlow())
        {
            _pump = Task.Run(PumpAsync);
        }
    }

    public RecordingBuffers Buffers { get; }

    public MetricsClock Clock { get; }

    /// <summary>Gets the queues of the sinks that the settings name.</summary>
    public IReadOnlyList<SinkQueue> Queues => _queues;

    /// <summary>Keeps what records on the pipeline's behalf, and ends it before the sinks.</summary>
    public void Attach(IDisposable intake) => _intake = intake;

    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null) => _metrics.Get(name, unit, tags);

    /// <summary>Opens a scope, whose points go to a sink of its own besides the others.</summary>
    /// <param name="sink">The sink, which the caller keeps; it is called by one thread at a time.</param>
    /// <param name="tags">What tells the points apart in the other sinks; the scope's own does not see them.</param>
    public MetricsScope OpenScope(IMetricsSink sink, IReadOnlyDictionary<string, string> tags)
    {
        var queue = new SinkQueue("scope", sink, MetricsScope.CreateOptions(_options.Capacity), _options.WhenFull, Drain, _timeProvider, _logger);
        var scope = new MetricsScope(this, tags, queue);
        _scopes.TryAdd(scope, 0);
        return scope;
    }

    /// <summary>Makes a metric.</summary>
    /// <param name="series">What is measured.</param>
    /// <param name="scope">Whom else it is recorded for.</param>
    /// <param name="isMeasured">Whether a meter measured it, so that sinks that are meters do not get it.</param>
    public MetricHandle CreateMetric(MetricSeries series, MetricsScope? scope, bool isMeasured)
    {
        var tags = scope?.Tags ?? s_noTags;
        var seen = tags.Count == 0 ? series : new MetricSeries(series.Name, series.Unit, new Dictionary<string, string>([.. tags.Where(tag => !series.Tags.ContainsKey(tag.Key)), .. series.Tags]));
        var routes = _sinks.Zip(_queues)
            .Where(pair => (!isMeasured || pair.First.TakesMeters) && pair.First.Options.Takes(series.Name))
            .Select(pair => new MetricRoute(pair.Second, seen, pair.First.Options.SampleRate));
        return new MetricHandle(this, series, scope, [.. routes]);
    }

    /// <summary>Waits until every sink, and that of every scope, has taken everything that was recorded before the call.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) =>
        Task.WhenAll(_queues.Concat(_scopes.Keys.Select(static scope => scope.Queue)).Select(queue => queue.FlushAsync(cancellationToken)));

    /// <summary>The same as <see cref="FlushAsync"/>, for as long as the end of the process may take.</summary>
    public async Task FlushForShutdownAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ShutdownTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await FlushAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Forget(MetricsScope scope) => _scopes.TryRemove(scope, out _);

    public ValueTask DisposeAsync()
    {
        lock (_disposing)
        {
            return new ValueTask(_disposed ??= DisposeOnceAsync());
        }
    }

    /// <summary>Does the same as <see cref="DisposeAsync"/>, for containers that are disposed synchronously.</summary>
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

    /// <summary>Brings what was recorded before the call into the queues.</summary>
    public void Drain()
    {
        lock (_draining)
        {
            Clock.Adjust();
            Buffers.Drain(static values =>
            {
                foreach (ref readonly var value in values)
                {
                    value.Metric.Deliver(value);
                }
            });
        }

        foreach (var queue in _queues)
        {
            queue.Pulse();
        }

        foreach (var (scope, _) in _scopes)
        {
            scope.Queue.Pulse();
        }
    }

    private async Task PumpAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await Buffers.WaitAsync(_stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Drain();
        }
    }

    private async Task DisposeOnceAsync()
    {
        _intake?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var giveUp = new CancellationTokenSource(_options.ShutdownTimeout, _timeProvider);
        var ended = Task.WhenAll(_sinks.Zip(_queues, (sink, queue) => EndAsync(sink, queue, giveUp.Token)));
        await ended.WaitAsync(giveUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);

        // A sink that was given up says so in the log. One that ignores its token is left behind; it is disposed if it ever comes back.
        await ended.WaitAsync(s_lastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
}
