namespace MlOps.Metrics;

/// <summary>The settings of metrics, section <c>MlOps:Metrics</c>.</summary>
/// <remarks>Read once, when metrics are first recorded; a change takes effect after a restart.</remarks>
public sealed class MetricsOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string SectionName = MlOpsOptions.SectionName + ":Metrics";

    /// <summary>Gets the sinks that are switched on, by name.</summary>
    /// <value>The default is none. A section without settings, as in <c>"Sinks": { "Meter": {} }</c>, switches a sink on with its defaults.</value>
    public IDictionary<string, MetricsSinkOptions> Sinks { get; } = new Dictionary<string, MetricsSinkOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets what is dropped where points come faster than they are taken.</summary>
    /// <value>The default is <see cref="MetricsWhenFull.DropNewest"/>.</value>
    public MetricsWhenFull WhenFull { get; set; }

    /// <summary>Gets or sets the maximum number of points of each run that wait in memory. Sinks have a setting of their own, <see
    /// cref="MetricsSinkOptions.Capacity"/>.</summary>
    /// <value>The default is 4,194,304, which are 128 MiB if they all wait; 16,384 to 67,108,864. Memory is allocated when it is needed.</value>
    public int Capacity { get; set; } = 1 << 22;

    /// <summary>Gets or sets the names of the <see cref="System.Diagnostics.Metrics.Meter"/>s whose measurements go to the sinks, except to those of the type
    /// <c>Meter</c>.</summary>
    /// <value>The default, <see langword="null"/>, is <c>MlOps</c>, the library's own; an empty list is none.</value>
    public IList<string>? Meters { get; set; }

    /// <summary>Gets or sets how often observable instruments of meters are read.</summary>
    /// <value>The default is 15 seconds; 1 second to 1 day.</value>
    public TimeSpan CollectInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the maximum number of combinations of tags of one metric or instrument. All others are one series with the tag
    /// <c>otel.metric.overflow</c>, and the log reports the name once.</summary>
    /// <value>The default is 2,000; 1 to 1,000,000. Runs have a limit of their own, which is an error.</value>
    public int MaxSeries { get; set; } = 2_000;

    /// <summary>Gets or sets how long the end of the process waits for the sinks to take what was recorded.</summary>
    /// <value>The default is 5 seconds; 0 to 1 hour.</value>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
