using System.Numerics;

namespace MlOps.Metrics;

/// <summary>The metrics of the application, of meters or of one run. A run has a sink of its own in addition to the configured sinks.</summary>
/// <remarks>
/// Thread-safe. A metric uses one stripe, so that its values stay in order when an asynchronous method continues on another thread. A metric that
/// several threads record concurrently is spread over the stripes of the threads.
/// </remarks>
internal sealed class MetricsScope : IMetricsRecorder, IAsyncDisposable
{
    /// <summary>The tag with the identifier of a run.</summary>
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
    /// <param name="queues">The queues of the configured sinks that receive points of this scope.</param>
    /// <param name="own">The queue of the own sink of this scope, if any.</param>
    /// <param name="tags">The tags that distinguish the points of this scope in the configured sinks.</param>
    /// <param name="maxSeries">The maximum number of tag combinations of one name.</param>
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

    /// <summary>Gets the queues that receive points of this scope.</summary>
    public SinkQueue[] Queues { get; }

    /// <summary>Gets the number of dropped values: values recorded after the scope was closed, and values that exceeded the capacity of the queue of its
    /// own sink.</summary>
    public long Dropped => Interlocked.Read(ref _dropped) + DroppedFromQueue;

    /// <summary>Gets the number of values that exceeded the capacity of the queue of the own sink.</summary>
    public long DroppedFromQueue => _own?.Dropped ?? 0;

    /// <inheritdoc/>
    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null) => _metrics.Get(name, unit, tags);

    /// <summary>Creates a metric without adding it to the table from which <see cref="GetMetric"/> returns metrics.</summary>
    public MetricHandle CreateMetric(MetricSeries series)
    {
        var tagged = _tags.Count == 0
            ? series
            : new MetricSeries(
                series.Name, series.Unit, new Dictionary<string, string>([.. _tags.Where(tag => !series.Tags.ContainsKey(tag.Key)), .. series.Tags]));
        var samplers = _pipeline.Queues.Select(queue => queue.CreateSampler(series.Name)).ToArray();
        var isRecorded = Array.Exists(Queues, queue => queue.AcceptsAll || samplers[queue.Index] is not null);
        return new MetricHandle(this, series, tagged, samplers, isRecorded);
    }

    public RecordingStripe ChooseStripe() => _stripes[Interlocked.Increment(ref _nextStripe) & (_stripes.Length - 1)];

    /// <summary>Gets the stripe of the current thread. Consecutive threads use different stripes.</summary>
    public RecordingStripe StripeOfThread()
    {
        if (s_thread == 0)
        {
            s_thread = Interlocked.Increment(ref s_threads);
        }

        return _stripes[s_thread & (_stripes.Length - 1)];
    }

    /// <summary>Hands over recorded points to the queues.</summary>
    public void HandOver()
    {
        foreach (var stripe in _stripes)
        {
            stripe.HandOver();
        }
    }

    /// <summary>Delivers all points that were recorded before the call to the own sink.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _own?.FlushAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc cref="SinkQueue.TryFlush"/>
    public bool TryFlush(TimeSpan time) => _own?.TryFlush(time) ?? true;

    /// <summary>Hands over all points to the queues and closes the scope. Values that are recorded later are dropped and counted.</summary>
    public void Close()
    {
        foreach (var stripe in _stripes)
        {
            stripe.HandOver(isLast: true);
        }
    }

    /// <summary>Closes the scope and delivers all points to the own sink. Does not dispose the sink.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (_own is not null)
        {
            await _own.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _pipeline.Remove(this);
    }

    /// <summary>Counts dropped values.</summary>
    public void CountDropped(long count = 1)
    {
        Interlocked.Add(ref _dropped, count);
        if (_own is not null)
        {
            _pipeline.CountDroppedInRuns(count);
        }
    }
}
