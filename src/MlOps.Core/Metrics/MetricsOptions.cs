namespace MlOps.Metrics;

/// <summary>The settings of metrics, section <c>MlOps:Metrics</c>.</summary>
/// <remarks>The settings are read once, when the first metric is recorded. Changes take effect after a restart.</remarks>
public sealed class MetricsOptions
{
    /// <summary>The path of the configuration section.</summary>
    internal const string SectionName = MlOpsOptions.SectionName + ":Metrics";

    /// <summary>Gets the enabled sinks, by name.</summary>
    /// <value>The default is empty. An empty section, as in <c>"Sinks": { "Meter": {} }</c>, enables a sink with its defaults.</value>
    public IDictionary<string, MetricsSinkOptions> Sinks { get; } = new Dictionary<string, MetricsSinkOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the points to drop when the queue of a sink is full.</summary>
    /// <value>The default is <see cref="MetricsWhenFull.DropNewest"/>.</value>
    public MetricsWhenFull WhenFull { get; set; }

    /// <summary>Gets or sets the maximum number of queued points of each run.</summary>
    /// <remarks>For the sinks, see <see cref="MetricsSinkOptions.Capacity"/>.</remarks>
    /// <value>The default is 4,194,304 (128 MiB). The range is 16,384 to 67,108,864. Memory is allocated on demand.</value>
    public int Capacity { get; set; } = 1 << 22;

    /// <summary>Gets or sets the names of the <see cref="System.Diagnostics.Metrics.Meter"/> instances whose measurements are delivered to the sinks.</summary>
    /// <remarks>Sinks of type <c>Meter</c> do not receive them.</remarks>
    /// <value>The default, <see langword="null"/>, selects <c>MlOps</c>, the meter of the library. An empty list selects none.</value>
    public IList<string>? Meters { get; set; }

    /// <summary>Gets or sets the interval at which observable instruments are read.</summary>
    /// <value>The default is 15 seconds. The range is 1 second to 1 day.</value>
    public TimeSpan CollectInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the maximum number of tag combinations of one metric or instrument.</summary>
    /// <remarks>
    /// Further combinations share one series with the tag <c>otel.metric.overflow</c>, and a warning names the metric once. Runs have a separate
    /// limit.
    /// </remarks>
    /// <value>The default is 2,000. The range is 1 to 1,000,000.</value>
    public int MaxSeries { get; set; } = 2_000;

    /// <summary>Gets or sets the maximum time that the shutdown waits for the delivery of recorded points.</summary>
    /// <value>The default is 5 seconds. The range is 0 to 1 hour.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
