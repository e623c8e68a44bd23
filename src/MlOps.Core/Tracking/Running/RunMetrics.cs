using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using MlOps.Metrics;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Records the metrics of a run, encodes the points as segments, and delivers the segments to the store.</summary>
/// <remarks>
/// <para>Thread-safe. Recording does not depend on the store. Segments that the store does not accept are kept in the spool in their order.
/// Segments that do not fit in the spool are dropped, counted and logged.</para>
/// <para>Each segment is stored exactly once, even if a call fails after the store has accepted the segment, or if the next process
/// delivers the segment.</para>
/// </remarks>
internal sealed partial class RunMetrics : IMetricsSink, IAsyncDisposable
{
    /// <summary>The maximum number of points in a segment.</summary>
    public const int SegmentSize = 65_536;

    /// <summary>The default maximum size of the segments in memory, in bytes.</summary>
    public const long MaxMemory = 32 << 20;

    /// <summary>The timeout for one segment, which allows for slow connections.</summary>
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

    /// <param name="context">The components and settings that the runs of the store share.</param>
    /// <param name="experiment">The experiment of the run.</param>
    /// <param name="runId">The identifier of the run.</param>
    /// <param name="segments">The segments of the run in the store.</param>
    /// <param name="before">The state of the run, with the metrics of previous processes.</param>
    /// <param name="maxMemory">The maximum size of the segments in memory, in bytes. Further segments are written to files.</param>
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

    /// <summary>Gets a value indicating whether a previous process saved undelivered points, which the summaries of the run do not
    /// include.</summary>
    public bool HasLeftovers { get; }

    /// <summary>Gets the number of points in <see cref="Summaries"/>.</summary>
    public long Count => _summarizer.Count;

    /// <summary>Gets the number of dropped points.</summary>
    public long Dropped => _scope.Dropped;

    /// <summary>Gets the handle of a metric.</summary>
    /// <exception cref="ArgumentException">The name, the unit or a tag is invalid, or the run has too many metrics.</exception>
    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        RecordRules.ValidateName("metric", name);
        MetricTable.Validate(name, unit, tags);
        _names.Add(tags is { Count: > 0 } ? RunMetricSummarizer.NameOf(new MetricSeries(name, unit, tags)) : name);
        return _scope.GetMetric(name, unit, tags);
    }

    /// <summary>Adds the points in the store to the summaries.</summary>
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

    /// <summary>Waits until <see cref="Summaries"/> includes all points that were recorded before the call, and starts their
    /// delivery.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _scope.FlushAsync(cancellationToken);

    /// <summary>Delivers all points that were recorded before the call, and retries failed attempts.</summary>
    /// <param name="time">The time after which no further attempt starts.</param>
    /// <param name="cancellationToken">A token that cancels the delivery.</param>
    /// <returns><see langword="null"/> if all points are in the store; otherwise the last failure. The remaining points are then saved to
    /// files for the next process.</returns>
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

    /// <summary>Saves all undelivered points to files when the process ends, without using the store. Takes at most 10 seconds.</summary>
    public void Save()
    {
        if (!_scope.TryFlush(s_saveTimeout))
        {
            LogNotFlushed(_runId, s_saveTimeout.TotalSeconds);
        }

        SaveSpool();
    }

    /// <summary>Stops delivering and saving, because another process owns the run and its files.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            _isAbandoned = true;
        }

        _delivery.GiveUp();
    }

    /// <summary>Adds points to the spool as a segment. Does not wait for the store.</summary>
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

    /// <summary>Stops recording and delivery. Undelivered points are saved to files.</summary>
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

    /// <summary>Starts the delivery in the background, which continues until the spool is empty. The caller holds the lock.</summary>
    private void StartDelivery()
    {
        if (_isDelivering || _isDisposing || _isAbandoned || _spool.IsEmpty)
        {
            return;
        }

        _isDelivering = true;

        // Do not flow the execution context: sinks suppress recording in their context, but the metrics of the store must be recorded here.
        using (ExecutionContext.SuppressFlow())
        {
            _delivering = Task.Run(async () =>
            {
                await _delivery.DeliverAsync().ConfigureAwait(false);
                lock (_lock)
                {
                    _isDelivering = false;
                    StartDelivery(); // for segments that were added after the last check
                }
            });
        }
    }

    /// <summary>Delivers the oldest segment.</summary>
    /// <returns><see langword="true"/> if there may be more segments.</returns>
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
            LogRecovered(_runId, Dropped);
        }
    }

    [LoggerMessage(460, LogLevel.Information, "The spool accepts the metrics of run '{Run}' again. {Dropped} points were dropped since the start.")]
    private partial void LogRecovered(string run, long dropped);

    [LoggerMessage(461, LogLevel.Error,
        "The metrics of run '{Run}' could not be encoded within {Seconds} seconds. "
        + "If the process ends now, the remaining points are lost. Record fewer points.")]
    private partial void LogNotFlushed(string run, double seconds);

    [LoggerMessage(462, LogLevel.Warning,
        "The spool of run '{Run}' or its disk is full. Points are dropped until space is available. Free disk space, or increase MlOps:Tracking:MaxSpoolSize.")]
    private partial void LogDropping(string run, Exception? exception);

    [LoggerMessage(463, LogLevel.Error,
        "The metrics of run '{Run}' are only in memory, because neither the store nor the spool accepts them. "
        + "Free space on the disk of MlOps:Tracking:SpoolFolder.")]
    private partial void LogNotSaved(string run, Exception? exception);

    [LoggerMessage(464, LogLevel.Error,
        "Spooled metrics of run '{Run}' are missing or cannot be read. The other metrics are delivered. "
        + "Set MlOps:Tracking:SpoolFolder to a folder that no other program cleans.")]
    private partial void LogLost(string run);
}
