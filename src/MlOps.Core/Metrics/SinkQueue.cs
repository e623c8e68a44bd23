using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace MlOps.Metrics;

/// <summary>The queue of one sink, and the background task that delivers its points.</summary>
/// <remarks>A sink that throws, hangs or is slow affects only its own queue. A full queue drops points.</remarks>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A semaphore without a wait handle holds no unmanaged resource.")]
internal sealed partial class SinkQueue
{
    private const int FirstBatchSize = 1_024;
    private static readonly AsyncLocal<bool> s_isDelivering = new();

    private readonly IMetricsSink _sink;
    private readonly MetricsSinkOptions _options;
    private readonly ChunkQueue _chunks;
    private readonly Action _handOver;
    private readonly ILogger _logger;
    private readonly SinkRetry _retry;
    private readonly SemaphoreSlim _signal = new(0);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private readonly Task _worker;
    private List<TaskCompletionSource> _flushes = [];
    private MetricDataPoint[] _batch = [];
    private int _count;
    private RecordedChunk? _chunk;
    private int _position;
    private long _delivered;
    private Task _droppingLogged = Task.CompletedTask;
    private int _isDropping;
    private int _isDue;
    private bool _isCompleting;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="name">The name of the sink in logs and metrics.</param>
    /// <param name="sink">The sink.</param>
    /// <param name="options">The settings of the sink.</param>
    /// <param name="index">The index of the sink in <see cref="MetricsPipeline.Queues"/>, or -1 for the sink of a scope.</param>
    /// <param name="handOver">Hands over recorded points to the queues.</param>
    public SinkQueue(MetricsPipeline pipeline, string name, IMetricsSink sink, MetricsSinkOptions options, int index, Action handOver)
    {
        Name = name;
        Index = index;
        _sink = sink;
        _options = options;
        _handOver = handOver;
        _logger = pipeline.Logger;
        _chunks = new ChunkQueue(options, pipeline.WhenFull, index, pipeline.Pool);
        _retry = new SinkRetry(name, WriteAsync, options.Timeout, pipeline.TimeProvider, _logger);

        // Do not flow the caller's execution context into the background task.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = pipeline.TimeProvider.CreateTimer(static queue => ((SinkQueue)queue!).Wake(), this, options.FlushInterval, options.FlushInterval);
            _worker = Task.Run(RunAsync);
        }
    }

    /// <summary>
    /// Gets a value indicating whether the caller runs inside a sink. Measurements of a sink are not recorded, because each delivery would add new
    /// ones.
    /// </summary>
    public static bool IsDelivering => s_isDelivering.Value;

    public string Name { get; }

    public int Index { get; }

    /// <inheritdoc cref="ChunkQueue.AcceptsAll"/>
    public bool AcceptsAll => _chunks.AcceptsAll;

    /// <inheritdoc cref="ChunkQueue.Dropped"/>
    public long Dropped => _chunks.Dropped;

    /// <summary>Gets the number of delivered points.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Gets the number of failed sink calls.</summary>
    public long Failures => _retry.Failures;

    /// <summary>Creates the sampler of a metric for this sink.</summary>
    /// <returns>The sampler, or <see langword="null"/> if the sink does not accept the metric, or accepts all points of all metrics.</returns>
    public MetricSampler? CreateSampler(string name) => !AcceptsAll && _options.Selects(name) ? new MetricSampler(_options.SampleRate) : null;

    /// <summary>Adds the values of a chunk. The queue either shares the chunk or copies the values.</summary>
    public void Add(RecordedChunk chunk)
    {
        if (_chunks.Add(chunk) && Interlocked.Exchange(ref _isDropping, 1) == 0)
        {
            _droppingLogged = Task.Run(ReportDropping); // the recording thread must not wait for the logger
        }

        if (_chunks.Points >= _options.BatchSize)
        {
            Signal();
        }
    }

    /// <summary>Delivers all points that were recorded before the call.</summary>
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

    /// <summary>Delivers all points that were recorded before the call, synchronously if the sink completes synchronously.</summary>
    /// <returns><see langword="true"/> if all points were delivered within the time.</returns>
    public bool TryFlush(TimeSpan time)
    {
        return _turn.Wait(time) && HandOverAndDeliverAsync().Wait(time);

        async Task HandOverAndDeliverAsync()
        {
            try
            {
                _handOver();
                await DeliverAsync(isDue: true).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Delivers the remaining points and stops the queue.</summary>
    /// <param name="giveUp">Stops the delivery. The remaining points are dropped.</param>
    /// <returns>A task that completes when the sink is no longer called.</returns>
    public async Task CompleteAsync(CancellationToken giveUp)
    {
        lock (_lock)
        {
            _isCompleting = true;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        using var _ = giveUp.Register(_retry.GiveUp);
        _retry.Hurry();
        Wake();
        await _worker.ConfigureAwait(false);
    }

    private void ReportDropping() =>
        LogDropping(Name, _options.Capacity, Index < 0 ? $"{MetricsOptions.SectionName}:Capacity" : $"{MetricsOptions.SectionName}:Sinks:{Name}:Capacity");

    private void Wake()
    {
        Volatile.Write(ref _isDue, 1);
        Signal();
    }

    private void Signal()
    {
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
            await _turn.WaitAsync().ConfigureAwait(false);
            try
            {
                isLast = await DeliverDueAsync().ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Delivers full batches. For a flush, after the flush interval and on completion, delivers the last, partial batch too.</summary>
    /// <returns><see langword="true"/> if the queue is completed and no more points are delivered.</returns>
    private async Task<bool> DeliverDueAsync()
    {
        List<TaskCompletionSource> flushes;
        bool isLast;
        lock (_lock)
        {
            (flushes, _flushes) = (_flushes, []);
            isLast = _isCompleting;
        }

        var isDue = Interlocked.Exchange(ref _isDue, 0) != 0 || isLast || flushes.Count > 0;
        if (isDue)
        {
            _handOver();
        }

        if (isLast)
        {
            _chunks.Complete();
        }

        await DeliverAsync(isDue).ConfigureAwait(false);
        await _droppingLogged.ConfigureAwait(false);
        flushes.ForEach(static flush => flush.TrySetResult());
        if (_chunks.Points >= _options.BatchSize)
        {
            Signal();
        }

        return isLast;
    }

    /// <summary>Delivers the currently queued points in batches.</summary>
    /// <param name="isDue">Whether to deliver the last batch even if it is not full.</param>
    private async Task DeliverAsync(bool isDue)
    {
        // Deliver only the chunks that are queued now. Otherwise a flush might never end while threads record faster than the sink.
        for (var left = _chunks.Chunks; Fill(ref left) || (isDue && _count > 0);)
        {
            if (await _retry.DeliverAsync().ConfigureAwait(false) is not null)
            {
                GiveUp();
                return;
            }

            Interlocked.Add(ref _delivered, _count);
            _count = 0;
            if (Volatile.Read(ref _isDropping) != 0 && _chunks.Points < _options.Capacity / 2)
            {
                await _droppingLogged.ConfigureAwait(false);
                Volatile.Write(ref _isDropping, 0);
                LogRecovered(Name, Dropped);
            }
        }
    }

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        await _sink.WriteAsync(_batch.AsMemory(0, _count), cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Moves points from the chunks to the batch.</summary>
    /// <param name="left">The number of chunks that may be removed from the queue.</param>
    /// <returns><see langword="true"/> if the batch is full.</returns>
    private bool Fill(ref int left)
    {
        while (_count < _options.BatchSize)
        {
            if (_chunk is null)
            {
                if (left <= 0 || !_chunks.TryTake(out _chunk))
                {
                    return false;
                }

                (left, _position) = (left - 1, 0);
            }

            var values = _chunk.Values.AsSpan(_position, Math.Min(_chunk.Count - _position, _options.BatchSize - _count));
            Convert(values);
            _position += values.Length;
            if (_position == _chunk.Count)
            {
                _chunk.ReleaseToPool();
                _chunk = null;
            }
        }

        return true;
    }

    private void Convert(ReadOnlySpan<RecordedValue> values)
    {
        if (_batch.Length < _count + values.Length)
        {
            Array.Resize(ref _batch, Math.Min(_options.BatchSize, Math.Max(Math.Max(FirstBatchSize, 2 * _batch.Length), _count + values.Length)));
        }

        var batch = _batch.AsSpan(_count, values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var value = ref values[i];
            batch[i] = value.ToPoint(Index < 0 ? value.Metric.Series : value.Metric.TaggedSeries);
        }

        _count += values.Length;
    }

    /// <summary>Drops the points that were not delivered before the shutdown.</summary>
    private void GiveUp()
    {
        var count = (long)_count;
        if (_chunk is { } chunk)
        {
            count += chunk.Count - _position;
            chunk.ReleaseToPool();
        }

        while (_chunks.TryTake(out chunk))
        {
            count += chunk.Count;
            chunk.ReleaseToPool();
        }

        (_count, _chunk) = (0, null);
        _chunks.CountDropped(count);
        if (count > 0)
        {
            LogGivenUp(Name, count);
        }
    }

    [LoggerMessage(700, LogLevel.Warning,
        "The queue of metrics sink '{Sink}' is full ({Capacity} points). Points are dropped until the sink catches up. "
        + "Record fewer points, or raise {Setting}.")]
    private partial void LogDropping(string sink, int capacity, string setting);

    [LoggerMessage(701, LogLevel.Information, "The queue of metrics sink '{Sink}' accepts points again. {Dropped} points were dropped since the start.")]
    private partial void LogRecovered(string sink, long dropped);

    [LoggerMessage(704, LogLevel.Error,
        "{Count} points were not delivered to the metrics sink '{Sink}' before the shutdown and are lost. "
        + "If the sink needs more time, raise MlOps:Metrics:ShutdownTimeout.")]
    private partial void LogGivenUp(string sink, long count);
}
