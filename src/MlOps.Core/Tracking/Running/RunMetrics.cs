using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using MlOps.Metrics;

namespace MlOps.Tracking;

/// <summary>Takes the points of one run to the store: gathers them to segments, delivers these in the background, and keeps them while the store does not take them.</summary>
/// <remarks>Recording goes on whatever becomes of the store. What the spool cannot keep is dropped and counted, and the log says so once.</remarks>
internal sealed partial class RunMetrics : IMetricsSink, IAsyncDisposable
{
    /// <summary>So many points become a segment at the latest.</summary>
    public const int SegmentSize = 65_536;

    /// <summary>So many bytes of segments stay in memory; more go to files.</summary>
    private const long MaxMemory = 32 << 20;
    private static readonly TimeSpan s_shortestDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMinutes(1);
    private readonly string _runId;
    private readonly MetricSegments _segments;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly RunSpool _spool;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _news = new(0);
    private readonly CancellationTokenSource _stop = new();
    private RunMetricValues _values = new([]);
    private readonly Task _delivery;
    private List<MetricDataPoint> _points = [];
    private bool _isFailing;
    private volatile bool _isAbandoned;

    public RunMetrics(string runId, MetricSegments segments, string spoolFolder, long maxSpoolSize, TimeProvider timeProvider, ILogger logger)
    {
        _runId = runId;
        _segments = segments;
        _timeProvider = timeProvider;
        _logger = logger;
        _spool = new RunSpool(Path.Combine(spoolFolder, runId), MaxMemory, maxSpoolSize);
        _delivery = Task.Run(DeliverInBackgroundAsync);
    }

    /// <summary>Gets the summaries of the metrics.</summary>
    public ImmutableSortedDictionary<string, MetricSummary> Summaries => _values.ToSummaries();

    /// <summary>Gets how many points could not be kept.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sets the summaries that a run that is resumed had before.</summary>
    public void Begin(IEnumerable<KeyValuePair<string, MetricSummary>> before) => _values = new RunMetricValues(before);

    public Task WriteAsync(ReadOnlyMemory<MetricDataPoint> points, CancellationToken cancellationToken = default)
    {
        var isDue = false;
        lock (_lock)
        {
            _values.Add(points.Span);
            foreach (ref readonly var point in points.Span)
            {
                _points.Add(point);
                isDue |= _points.Count >= SegmentSize && Close();
            }
        }

        if (isDue)
        {
            _news.Release();
        }

        return Task.CompletedTask;
    }

    /// <summary>Delivers everything in the background.</summary>
    public void DeliverSoon()
    {
        lock (_lock)
        {
            Close();
        }

        _news.Release();
    }

    /// <summary>Delivers everything, now.</summary>
    /// <exception cref="MlOpsException">The store does not take it. It is kept, and tried again later.</exception>
    public async Task DeliverAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Close();
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (TryPeek(out var segment))
            {
                await _segments.AppendAsync(segment, cancellationToken).ConfigureAwait(false);
                lock (_lock)
                {
                    _spool.Remove();
                }
            }

            if (_isFailing)
            {
                _isFailing = false;
                LogDelivered(_runId);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Delivers everything, trying again for some time.</summary>
    /// <returns>Why it could not be delivered, or <see langword="null"/> if it was. It is then in files for the next process that has the run.</returns>
    public async Task<Exception?> DeliverWithinAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var started = _timeProvider.GetTimestamp();
        for (var delay = s_shortestDelay; ; delay = Longer(delay))
        {
            try
            {
                await DeliverAsync(cancellationToken).ConfigureAwait(false);
                return null;
            }
            catch (MlOpsException exception)
            {
                Fail(exception);
                if (_timeProvider.GetElapsedTime(started) + delay > time)
                {
                    await SaveAsync(cancellationToken).ConfigureAwait(false);
                    return exception;
                }
            }

            await Task.Delay(delay, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Delivers nothing more: the run is another process's, and so are its files.</summary>
    public void Abandon() => _isAbandoned = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _delivery.ConfigureAwait(false);
        lock (_lock)
        {
            Close();
            if (!_isAbandoned && _spool.IsEmpty)
            {
                _spool.Clear();
            }
            else if (!_isAbandoned && !_spool.TrySave())
            {
                LogDropping(_runId, _spool.Failure);
            }
        }

        _stop.Dispose();
        _turn.Dispose();
        _news.Dispose();
    }

    /// <summary>Writes what is in memory to files, while nothing is under way.</summary>
    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            lock (_lock)
            {
                if (!_spool.TrySave())
                {
                    LogNotSaved(_runId, _spool.Failure);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private static TimeSpan Longer(TimeSpan delay) => delay * 2 < s_longestDelay ? delay * 2 : s_longestDelay;

    private async Task DeliverInBackgroundAsync()
    {
        var delay = s_shortestDelay;
        try
        {
            while (true)
            {
                await _news.WaitAsync(_stop.Token).ConfigureAwait(false);
                try
                {
                    await DeliverAsync(_stop.Token).ConfigureAwait(false);
                    delay = s_shortestDelay;
                }
                catch (Exception exception) when (!_stop.IsCancellationRequested)
                {
                    Fail(exception);
                    await Task.Delay(delay, _timeProvider, _stop.Token).ConfigureAwait(false);
                    delay = Longer(delay);
                    _news.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run ends. What is not delivered is saved to files.
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
                LogGone(_runId);
            }

            return isThere;
        }
    }

    private void Fail(Exception exception)
    {
        if (!_isFailing)
        {
            _isFailing = true;
            LogFailing(_runId, exception);
        }
    }

    /// <summary>Makes a segment of the points there are.</summary>
    private bool Close()
    {
        if (_points.Count == 0)
        {
            return false;
        }

        var points = _points;
        _points = [];
        if (!_spool.TryAdd(MetricSegments.Encode(CollectionsMarshal.AsSpan(points))))
        {
            if (Dropped == 0)
            {
                LogDropping(_runId, _spool.Failure);
            }

            Dropped += points.Count;
        }

        return true;
    }

    [LoggerMessage(460, LogLevel.Warning, "The store does not take the metrics of run '{Run}'. The run goes on; they are kept in memory and on disk, and delivered when the store is back.")]
    private partial void LogFailing(string run, Exception exception);

    [LoggerMessage(463, LogLevel.Error, "Metrics of run '{Run}' are only in memory: neither the store nor the spool takes them. Free space on the disk of MlOps:Tracking:SpoolFolder.")]
    private partial void LogNotSaved(string run, Exception? exception);

    [LoggerMessage(464, LogLevel.Error, "Metrics of run '{Run}' that were spooled are gone or cannot be read; the others are delivered. Name a folder that nothing else cleans in MlOps:Tracking:SpoolFolder.")]
    private partial void LogGone(string run);

    [LoggerMessage(461, LogLevel.Information, "The store takes the metrics of run '{Run}' again; all that were kept are delivered.")]
    private partial void LogDelivered(string run);

    [LoggerMessage(462, LogLevel.Error, "Metrics of run '{Run}' are dropped: the spool is full or its disk is. Free space, or raise MlOps:Tracking:MaxSpoolSize.")]
    private partial void LogDropping(string run, Exception? exception);
}
