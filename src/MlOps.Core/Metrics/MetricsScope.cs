namespace MlOps.Metrics;

/// <summary>Metrics that go to a sink of their own besides those the settings name, such as those of a run.</summary>
/// <remarks>
/// <para>Thread-safe.</para>
/// <para>Nothing is lost as long as fewer than <see cref="MetricsOptions.Capacity"/> values wait in memory to be handed to the scope's queue and as many again in it: with the default, a loop may
/// record 8 million values before the sink has taken the first. What is beyond that is in <see cref="Dropped"/>.</para>
/// </remarks>
internal sealed class MetricsScope : IMetricsRecorder, IAsyncDisposable
{
    /// <summary>The tag that holds a run's identifier.</summary>
    public const string RunTag = "run";
    private const int BatchSize = 8_192;
    private static readonly TimeSpan s_flushInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(1);

    private readonly MetricsPipeline _pipeline;
    private readonly MetricTable _metrics;
    private long _dropped;
    private volatile bool _isEnded;

    public MetricsScope(MetricsPipeline pipeline, IReadOnlyDictionary<string, string> tags, SinkQueue queue)
    {
        _pipeline = pipeline;
        _metrics = new MetricTable(series => pipeline.CreateMetric(series, this, isMeasured: false));
        Tags = tags;
        Queue = queue;
    }

    /// <summary>Gets what tells the points of this scope apart in the other sinks.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; }

    /// <summary>Gets how many values were recorded after the end, or were too many to keep.</summary>
    public long Dropped => Interlocked.Read(ref _dropped) + Queue.Dropped;

    /// <summary>Gets the points that wait for the scope's sink.</summary>
    public SinkQueue Queue { get; }

    /// <summary>Gets how the sinks of scopes are called.</summary>
    public static MetricsSinkOptions CreateOptions(int capacity) => new() { BatchSize = BatchSize, FlushInterval = s_flushInterval, Timeout = s_timeout, Capacity = capacity };

    /// <summary>Gets a metric of this scope.</summary>
    public MetricHandle GetMetric(string name, string? unit = null, IReadOnlyDictionary<string, string>? tags = null)
    {
        var metric = _metrics.Get(name, unit, tags);
        if (_isEnded)
        {
            metric.End();
        }

        return metric;
    }

    /// <summary>Waits until the scope's sink has taken everything that was recorded before the call.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Queue.FlushAsync(cancellationToken);

    /// <summary>Flushes; what is recorded afterwards is dropped and counted. The sink stays the caller's.</summary>
    public async ValueTask DisposeAsync()
    {
        _isEnded = true;
        foreach (var metric in _metrics.Metrics)
        {
            metric.End();
        }

        await Queue.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        _pipeline.Forget(this);
    }

    /// <summary>Counts a value that was dropped.</summary>
    public void CountDropped() => Interlocked.Increment(ref _dropped);
}
