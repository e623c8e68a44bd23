using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using MlOps.Metrics;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>The metrics of a run under way: records them, encodes their points as segments, and delivers the segments to the store.</summary>
/// <remarks>
/// <para>Thread-safe. Recording does not depend on the store. Segments that the store does not take wait in the spool, in their order; those that the spool
/// cannot keep are dropped, counted and logged.</para>
/// <para>Each segment is stored once, also if a call fails after the store has taken it, and if the next process that has the run delivers it.</para>
/// </remarks>
internal sealed partial class RunMetrics : IMetricsSink, IAsyncDisposable
{
    /// <summary>The maximum number of points in a segment.</summary>
    public const int SegmentSize = 65_536;

    /// <summary>The default of the maximum number of bytes of segments in memory.</summary>
    public const long MaxMemory = 32 << 20;

    /// <summary>The time for one segment, also over a slow connection. The log reports a store that needs longer.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_saveTimeout = TimeSpan.FromSeconds(10);
    private readonly string _runId;
    private readonly MetricSegments _segments;
    private readonly ILogger _logger;
    private readonly RunMetricSummarizer _summarizer;
    private readonly RunMetricNames _names;
    private readonly RunSpool _spool;
    private readonly SinkRetry _delivery;
    private readonly MetricsScope _scope;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _semaphore = new(1);
    private Task _delivering = Task.CompletedTask;
    private bool _isDelivering;
    private bool _isDisposing;
    private bool _isAbandoned;
    private bool _isDropping;

    /// <param name="services">The services of runs.</param>
    /// <param name="experiment">The experiment of the run.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="segments">The segments of the run in the store.</param>
    /// <param name="before">The state of the run, with the metrics of the processes that had it before.</param>
    /// <param name="maxMemory">The maximum number of bytes of segments in memory; more go to files.</param>
    public RunMetrics(TrackingContext context, string experiment, string runId, MetricSegments segments, RunState before, long maxMemory = MaxMemory)
    {
        _runId = runId;
        _segments = segments;
        _logger = context.Logger;
        _summarizer = new RunMetricSummarizer(before.MetricSummaries);
        _names = new RunMetricNames(before.Metrics.Keys);
        _spool = new RunSpool(Path.Combine(context.SpoolFolder, runId), maxMemory, context.Options.MaxSpoolSize);
        HasLeftovers = !_spool.IsEmpty;
        var name = $"run {runId}";
        _delivery = new SinkRetry(name, DeliverNextAsync, s_timeout, context.TimeProvider, context.Logger);
        var tags = new Dictionary<string, string> { ["experiment"] = experiment, [MetricsScope.RunTag] = runId };
        _scope = context.Metrics.OpenScope(this, name, SegmentSize, tags);
        lock (_lock)
        {
            StartDelivery();
        }
    }

    /// <summary>Gets the summaries of the metrics, as of the last flush.</summary>
    public ImmutableSortedDictionary<string, MetricSummary> Summaries => _summarizer.ToSummaries();

    /// <summary>Gets a value indicating whether an earlier process has left points in files, which are not in the summaries of the run.</summary>
    public bool HasLeftovers { get; }

    /// <summary>Gets the number of points in <see cref="Summaries"/>.</summary>
    public long Count => _summarizer.Count;

    /// <summary>Gets the number of points that were dropped.</summary>
    public long Dropped => _scope.Dropped;

    /// <summary>Gets a metric of the run.</summary>
    /// <exception cref="ArgumentException">The name, the unit or a tag cannot be recorded, or the run has too many metrics.</exception>
    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        RecordRules.ValidateName("metric", name);
        MetricTable.Validate(name, unit, tags);
        _names.Add(tags is { Count: > 0 } ? RunMetricSummarizer.NameOf(new MetricSeries(name, unit, tags)) : name);
        return _scope.GetMetric(name, unit, tags);
    }

    /// <summary>Adds the points that are in the store to the summaries.</summary>
    public async Task SummarizeStoredAsync(CancellationToken cancellationToken)
    {
        var points = new List<MetricDataPoint>(SegmentSize);
        await foreach (var point in _segments.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            points.Add(point);
            if (points.Count == SegmentSize)
            {
                _summarizer.Add(CollectionsMarshal.AsSpan(points));
                points.Clear();
            }
        }

        _summarizer.Add(CollectionsMarshal.AsSpan(points));
    }

    /// <summary>Waits until everything that was recorded before the call is in <see cref="Summaries"/>, and starts its delivery.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _scope.FlushAsync(cancellationToken);

    /// <summary>Delivers everything that was recorded before the call, with repeated attempts.</summary>
    /// <param name="time">The time after which no other attempt begins.</param>
    /// <param name="cancellationToken">Cancels the delivery.</param>
    /// <returns><see langword="null"/> if everything is in the store, or else the last failure. The rest is then in files for the next process.</returns>
    public async Task<Exception?> DeliverWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        var failure = await _delivery.DeliverAsync(time, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            SaveSpool();
        }

        return failure;
    }

    /// <summary>Moves everything that was recorded to files, without the store, for the end of a process. It takes 10 seconds at most.</summary>
    public void Save()
    {
        if (!_scope.TryFlush(s_saveTimeout))
        {
            LogNotFlushed(_runId, s_saveTimeout.TotalSeconds);
        }

        SaveSpool();
    }

    /// <summary>Delivers and saves nothing more: the run and its files belong to another process.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _isAbandoned = true;
        }

        _delivery.GiveUp();
    }

    /// <summary>Keeps points as a segment. It does not wait for the store.</summary>
    public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        var segment = MetricSegments.Encode(points.Span);
        _summarizer.Add(points.Span);
        lock (_lock)
        {
            if (_isAbandoned)
            {
                _scope.CountDropped(points.Length);
            }
            else if (_spool.TryAdd(segment))
            {
                ReportKept();
                StartDelivery();
            }
            else
            {
                _scope.CountDropped(points.Length);
                ReportDropped();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops recording and delivery. Everything that the store has not taken is then in files.</summary>
    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _isDisposing = true;
        }

        _delivery.GiveUp();
        await _delivering.ConfigureAwait(false);
        SaveSpool();
        _semaphore.Dispose();
    }

    /// <summary>Delivers segments in the background until the store has taken all; the caller holds the lock.</summary>
    private void StartDelivery()
    {
        if (_isDelivering || _isDisposing || _isAbandoned || _spool.IsEmpty)
        {
            return;
        }

        _isDelivering = true;

        // Do not flow the context of a sink: what the store measures here is recorded.
        using (ExecutionContext.SuppressFlow())
        {
            _delivering = Task.Run(async () =>
            {
                await _delivery.DeliverAsync().ConfigureAwait(false);
                lock (_lock)
                {
                    _isDelivering = false;
                    StartDelivery(); // of a segment that came after the last look at the spool
                }
            });
        }
    }

    /// <summary>Delivers the oldest segment.</summary>
    /// <returns>Whether there may be more.</returns>
    private async Task<bool> DeliverNextAsync(CancellationToken cancellationToken)
    {
        await _semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!TryPeek(out var segment))
            {
                return false;
            }

            await _segments.AppendAsync(segment, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _spool.Remove();
            }

            return true;
        }
        finally
        {
            _semaphore.Release();
        }
    }

    private bool TryPeek(out byte[] segment)
    {
        lock (_lock)
        {
            var lost = _spool.Lost;
            var isThere = _spool.TryPeek(out segment) && !_isAbandoned;
            if (_spool.Lost > lost)
            {
                LogLost(_runId);
            }

            return isThere;
        }
    }

    private void SaveSpool()
    {
        lock (_lock)
        {
            if (_isAbandoned)
            {
                return;
            }

            if (_spool.IsEmpty)
            {
                _spool.Clear();
            }
            else if (!_spool.TrySave())
            {
                LogNotSaved(_runId, _spool.Failure);
            }
        }
    }

    private void ReportDropped()
    {
        if (!_isDropping)
        {
            _isDropping = true;
            LogDropping(_runId, _spool.Failure);
        }
    }

    private void ReportKept()
    {
        if (_isDropping)
        {
            _isDropping = false;
            LogKeepsUp(_runId, Dropped);
        }
    }

    [LoggerMessage(460, LogLevel.Information, "The spool takes the metrics of run '{Run}' again. {Dropped} points were dropped since the start.")]
    private partial void LogKeepsUp(string run, long dropped);

    [LoggerMessage(461, LogLevel.Error,
        "The metrics of run '{Run}' could not be encoded within {Seconds} seconds. Those that are not encoded are lost if the process ends now.")]
    private partial void LogNotFlushed(string run, double seconds);

    [LoggerMessage(462, LogLevel.Warning,
        "The spool of run '{Run}' is full, or its disk is. Points are dropped until there is room. Free space, or raise MlOps:Tracking:MaxSpoolSize.")]
    private partial void LogDropping(string run, Exception? exception);

    [LoggerMessage(463, LogLevel.Error,
        "The metrics of run '{Run}' are only in memory: neither the store nor the spool takes them. Free space on the disk of MlOps:Tracking:SpoolFolder.")]
    private partial void LogNotSaved(string run, Exception? exception);

    [LoggerMessage(464, LogLevel.Error,
        "Spooled metrics of run '{Run}' are gone or cannot be read; the others are delivered. "
        + "Set MlOps:Tracking:SpoolFolder to a folder that nothing else cleans.")]
    private partial void LogLost(string run);
}
