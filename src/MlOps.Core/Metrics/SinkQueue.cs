using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>The points that wait for one sink, and the task that takes them there.</summary>
/// <remarks>Whatever the sink does (it throws, hangs, is slow), nobody but this queue notices: it fills, and drops.</remarks>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore whose wait handle nobody asks for holds nothing.")]
internal sealed partial class SinkQueue
{
    private static readonly AsyncLocal<bool> s_isDelivering = new();

    private readonly MetricsSinkOptions _options;
    private readonly Channel<MetricDataPoint> _points;
    private readonly Action _drain;
    private readonly ILogger _logger;
    private readonly SinkDelivery _delivery;
    private readonly SemaphoreSlim _signal = new(0);
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly Task _worker;
    private List<TaskCompletionSource> _flushes = [];
    private MetricDataPoint[] _batch = [];
    private long _dropped;
    private bool _isDropping;
    private int _isDue;
    private volatile bool _isCompleting;

    /// <param name="name">What the sink is called in logs and metrics.</param>
    /// <param name="sink">The sink.</param>
    /// <param name="options">How it is called.</param>
    /// <param name="whenFull">What is dropped.</param>
    /// <param name="drain">Brings everything that was recorded into the queues.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Told when the sink's state changes.</param>
    public SinkQueue(string name, IMetricsSink sink, MetricsSinkOptions options, MetricsWhenFull whenFull, Action drain, TimeProvider timeProvider, ILogger logger)
    {
        Name = name;
        _options = options;
        _drain = drain;
        _logger = logger;
        _delivery = new SinkDelivery(name, sink, options.Timeout, timeProvider, logger);
        var mode = whenFull == MetricsWhenFull.DropOldest ? BoundedChannelFullMode.DropOldest : BoundedChannelFullMode.DropWrite;
        _points = Channel.CreateBounded<MetricDataPoint>(new BoundedChannelOptions(options.Capacity) { FullMode = mode, SingleReader = true }, _ => Drop());
        _timer = timeProvider.CreateTimer(static queue => ((SinkQueue)queue!).Wake(), this, options.FlushInterval, options.FlushInterval);

        // What is done from now on belongs to nobody's request.
        using (ExecutionContext.SuppressFlow())
        {
            _worker = Task.Run(RunAsync);
        }
    }

    /// <summary>Gets a value indicating whether the caller is, or was called by, a sink: what is measured there would never come to an end.</summary>
    public static bool IsDelivering => s_isDelivering.Value;

    public string Name { get; }

    /// <summary>Gets how many points were dropped.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Gets how many points the sink has taken.</summary>
    public long Delivered => _delivery.Points;

    /// <summary>Gets how many calls of the sink failed.</summary>
    public long Failures => _delivery.Failures;

    /// <summary>Adds a point, dropping one if there is no room. One caller at a time.</summary>
    public void Add(in MetricDataPoint point)
    {
        if (!_points.Writer.TryWrite(point))
        {
            Drop(); // completed
        }
    }

    /// <summary>Lets the sink be called if a batch is full.</summary>
    public void Pulse()
    {
        if (_points.Reader.Count >= _options.BatchSize && _signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }

    /// <summary>Waits until the sink has taken everything that was recorded before the call.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var flush = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isCompleting)
            {
                return _worker.WaitAsync(cancellationToken);
            }

            _flushes.Add(flush);
        }

        Wake();
        return flush.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets the sink take what there is, and then nothing any more.</summary>
    /// <param name="giveUp">Ends the attempt; what is left is dropped.</param>
    /// <returns>A task that ends when the sink is not called any more, whenever that is.</returns>
    public async Task CompleteAsync(CancellationToken giveUp)
    {
        lock (_lock)
        {
            _isCompleting = true;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        using var _ = giveUp.Register(_delivery.GiveUp);
        _delivery.Hurry();
        Wake();
        await _worker.ConfigureAwait(false);
    }

    private void Wake()
    {
        Volatile.Write(ref _isDue, 1);
        if (_signal.CurrentCount == 0)
        {
            _signal.Release();
        }
    }

    private async Task RunAsync()
    {
        s_isDelivering.Value = true;
        for (var isLast = false; !isLast;)
        {
            await _signal.WaitAsync().ConfigureAwait(false);
            List<TaskCompletionSource> flushes;
            lock (_lock)
            {
                (flushes, _flushes) = (_flushes, []);
                isLast = _isCompleting;
            }

            var isDue = Interlocked.Exchange(ref _isDue, 0) != 0 || isLast || flushes.Count > 0;
            if (isDue)
            {
                _drain();
            }

            if (isLast)
            {
                _points.Writer.Complete();
            }

            await DeliverAsync(isDue ? 1 : _options.BatchSize).ConfigureAwait(false);
            flushes.ForEach(static flush => flush.TrySetResult());
        }
    }

    /// <summary>Delivers the points that are there now, in batches of at least a size.</summary>
    private async Task DeliverAsync(int leastSize)
    {
        for (var left = _points.Reader.Count; left >= leastSize;)
        {
            if (Fill() is not (> 0 and var count))
            {
                return;
            }

            if (!await _delivery.TryDeliverAsync(_batch.AsMemory(0, count)).ConfigureAwait(false))
            {
                GiveUp(count);
                return;
            }

            if (_isDropping && _points.Reader.Count < _options.Capacity / 2)
            {
                _isDropping = false;
                LogKeepsUp(Name, Dropped);
            }

            left -= count;
        }
    }

    private int Fill()
    {
        if (_batch.Length == 0)
        {
            _batch = new MetricDataPoint[_options.BatchSize];
        }

        var count = 0;
        while (count < _batch.Length && _points.Reader.TryRead(out _batch[count]))
        {
            count++;
        }

        return count;
    }

    /// <summary>Drops what the sink has not taken before the end.</summary>
    private void GiveUp(int count)
    {
        while (_points.Reader.TryRead(out _))
        {
            count++;
        }

        Interlocked.Add(ref _dropped, count);
        LogGivenUp(Name, count);
    }

    private void Drop()
    {
        Interlocked.Increment(ref _dropped);
        if (!_isDropping)
        {
            _isDropping = true;
            LogDropping(Name, _options.Capacity);
        }
    }

    [LoggerMessage(700, LogLevel.Warning, "The metrics sink '{Sink}' takes points more slowly than they come, or not at all. {Capacity} of them wait for it; points are dropped from now on.")]
    private partial void LogDropping(string sink, int capacity);

    [LoggerMessage(701, LogLevel.Information, "The metrics sink '{Sink}' keeps up again. {Dropped} points were dropped since the start.")]
    private partial void LogKeepsUp(string sink, long dropped);

    [LoggerMessage(704, LogLevel.Error, "The metrics sink '{Sink}' did not take {Count} points before the process ended; they are lost. If it needs longer, raise MlOps:Metrics:ShutdownTimeout.")]
    private partial void LogGivenUp(string sink, int count);
}
