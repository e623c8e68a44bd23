using System.Numerics;

namespace MlOps.Metrics;

/// <summary>Metrics that are recorded together: those of the application, those of meters, or those of a run, which go to a sink of their own too.</summary>
/// <remarks>Thread-safe. A metric uses one stripe, so that its values stay in order where an asynchronous method continues on another thread. A metric that
/// several threads record at the same time is spread over
/// stripes by thread.</remarks>
internal sealed class MetricsScope : IMetricsRecorder, IAsyncDisposable
{
    /// <summary>The tag that holds a run's identifier.</summary>
    public const string RunTag = "run";

    private static readonly int s_stripeCount = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * Environment.ProcessorCount));
    private static int s_threads;

    [ThreadStatic]
    private static int s_thread;

    private readonly MetricsPipeline _pipeline;
    private readonly IReadOnlyDictionary<string, string> _tags;
    private readonly SinkQueue? _own;
    private readonly MetricTable _metrics;
    private readonly RecordingStripe[] _stripes;
    private int _nextStripe;
    private long _dropped;

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="queues">The queues of the configured sinks that take points of this scope.</param>
    /// <param name="own">The queue of the scope's own sink.</param>
    /// <param name="tags">The tags that distinguish the points of this scope in the configured sinks.</param>
    /// <param name="maxSeries">The maximum number of combinations of tags of one name.</param>
    public MetricsScope(MetricsPipeline pipeline, IEnumerable<SinkQueue> queues, SinkQueue? own, IReadOnlyDictionary<string, string> tags, int maxSeries)
    {
        _pipeline = pipeline;
        _own = own;
        _tags = tags;
        _metrics = new MetricTable(CreateMetric, maxSeries, pipeline.ReportTooManySeries);
        _stripes = new RecordingStripe[s_stripeCount];
        for (var i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new RecordingStripe(this);
        }

        Queues = own is null ? [.. queues] : [.. queues, own];
    }

    public MetricsClock Clock => _pipeline.Clock;

    public ChunkPool Pool => _pipeline.Pool;

    /// <summary>Gets the queues that take points of this scope.</summary>
    public SinkQueue[] Queues { get; }

    /// <summary>Gets the number of values that the scope's own sink does not get: they were recorded after the end, or did not fit into its queue.</summary>
    public long Dropped => Interlocked.Read(ref _dropped) + DroppedFromQueue;

    /// <summary>Gets the number of values that did not fit into the queue of the scope's own sink.</summary>
    public long DroppedFromQueue => _own?.Dropped ?? 0;

    /// <inheritdoc/>
    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null) => _metrics.Get(name, unit, tags);

    /// <summary>Creates a metric that <see cref="GetMetric"/> does not find.</summary>
    public MetricHandle CreateMetric(MetricSeries series)
    {
        var tagged = _tags.Count == 0
            ? series
            : new MetricSeries(
                series.Name, series.Unit, new Dictionary<string, string>([.. _tags.Where(tag => !series.Tags.ContainsKey(tag.Key)), .. series.Tags]));
        var routes = _pipeline.Queues.Select(queue => queue.CreateRoute(series.Name)).ToArray();
        return new MetricHandle(this, series, tagged, routes, isRecorded: Array.Exists(Queues, queue => queue.TakesAll || routes[queue.Index] is not null));
    }

    public RecordingStripe ChooseStripe() => _stripes[Interlocked.Increment(ref _nextStripe) & (_stripes.Length - 1)];

    /// <summary>Gets the stripe of the current thread. Threads that follow one another use different stripes.</summary>
    public RecordingStripe StripeOfThread()
    {
        if (s_thread == 0)
        {
            s_thread = Interlocked.Increment(ref s_threads);
        }

        return _stripes[s_thread & (_stripes.Length - 1)];
    }

    /// <summary>Hands what was recorded before the call to the queues.</summary>
    public void HandOver()
    {
        foreach (var stripe in _stripes)
        {
            stripe.HandOver();
        }
    }

    /// <summary>Waits until the scope's own sink has taken everything that was recorded before the call.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _own?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc cref="SinkQueue.TryFlush"/>
    public bool TryFlush(TimeSpan time) => _own?.TryFlush(time) ?? true;

    /// <summary>Hands everything to the queues; values that come later are dropped and counted.</summary>
    public void Close()
    {
        foreach (var stripe in _stripes)
        {
            stripe.HandOver(isLast: true);
        }
    }

    /// <summary>Closes the scope and waits until its own sink has taken everything. The sink stays the caller's.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (_own is not null)
        {
            await _own.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _pipeline.Forget(this);
    }

    /// <summary>Counts values that were dropped, also by the scope's own sink.</summary>
    public void CountDropped(long count = 1)
    {
        Interlocked.Add(ref _dropped, count);
        if (_own is not null)
        {
            _pipeline.CountDroppedInScopes(count);
        }
    }
}
