namespace MlOps.Metrics;

/// <summary>The common settings of metrics sinks, section <c>MlOps:Metrics:Sinks:&lt;name&gt;</c>.</summary>
/// <remarks>The settings are read once, when the first metric is recorded. Changes take effect after a restart.</remarks>
public sealed class MetricsSinkOptions
{
    /// <summary>Gets or sets the type of the sink.</summary>
    /// <value>
    /// <c>Meter</c>, <c>JsonLines</c>, <c>Log</c>, <c>ArtifactStore</c>, or a type that <c>AddMetricsSink</c> registered. The default,
    /// <see langword="null"/>, is the name of the sink.
    /// </value>
    public string? Type { get; set; }

    /// <summary>Gets the name prefixes of the metrics to deliver to the sink.</summary>
    /// <value>The default is empty, which selects all metrics.</value>
    public IList<string> Include { get; } = [];

    /// <summary>Gets the name prefixes of the metrics to exclude. They take precedence over <see cref="Include"/>.</summary>
    /// <value>The default is empty.</value>
    public IList<string> Exclude { get; } = [];

    /// <summary>Gets or sets the fraction of the points of each series to deliver.</summary>
    /// <value>The default is 1, which selects all points. The value must be greater than 0. The sampling is deterministic: 0.1 selects the first point, and
    /// then one of every 10 points.</value>
    public double SampleRate { get; set; } = 1;

    /// <summary>Gets or sets the maximum number of points in one batch.</summary>
    /// <value>The default is 5,000. The range is 1 to 1,000,000.</value>
    public int BatchSize { get; set; } = 5_000;

    /// <summary>Gets or sets the maximum time that a point waits for its batch to fill.</summary>
    /// <value>The default is 5 seconds. The range is 10 milliseconds to 1 day.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the maximum number of queued points.</summary>
    /// <value>The default is 1,000,000 (32 MB). The range is <see cref="BatchSize"/> to 67,108,864. Memory is allocated on demand.</value>
    public int Capacity { get; set; } = 1_000_000;

    /// <summary>Gets or sets the time after which a call of the sink is canceled and retried.</summary>
    /// <value>The default is 30 seconds. The range is 10 milliseconds to 1 hour.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Determines whether the prefixes select a metric.</summary>
    internal bool Selects(string name) =>
        (Include.Count == 0 || Include.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        && !Exclude.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
