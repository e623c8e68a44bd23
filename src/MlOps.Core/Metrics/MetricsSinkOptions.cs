namespace MlOps.Metrics;

/// <summary>The settings that all metrics sinks have, section <c>MlOps:Metrics:Sinks:&lt;name&gt;</c>.</summary>
/// <remarks>Read once, when metrics are first recorded; a change takes effect after a restart.</remarks>
public sealed class MetricsSinkOptions
{
    /// <summary>Gets or sets the type of the sink.</summary>
    /// <value>The default, <see langword="null"/>, is the name: <c>Meter</c>, <c>JsonLines</c>, <c>Log</c>, <c>ArtifactStore</c>, or one that
    /// <c>AddMetricsSink</c> registered.</value>
    public string? Type { get; set; }

    /// <summary>Gets the beginnings of the names of metrics that the sink takes.</summary>
    /// <value>The default is empty: all.</value>
    public IList<string> Include { get; } = [];

    /// <summary>Gets the beginnings of the names of metrics that the sink does not take, whatever <see cref="Include"/> says.</summary>
    /// <value>The default is empty: none.</value>
    public IList<string> Exclude { get; } = [];

    /// <summary>Gets or sets which part of the points of each series the sink takes: the first, and then one after each 1 / rate.</summary>
    /// <value>The default is 1: all; more than 0. Which points are taken does not depend on chance.</value>
    public double SampleRate { get; set; } = 1;

    /// <summary>Gets or sets the most points in one call of the sink.</summary>
    /// <value>The default is 5,000; 1 to 1,000,000.</value>
    public int BatchSize { get; set; } = 5_000;

    /// <summary>Gets or sets how long a point may wait for others to fill a batch.</summary>
    /// <value>The default is 5 seconds; 10 milliseconds to 1 day.</value>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many points may wait for the sink.</summary>
    /// <value>The default is 1,000,000, which are 32 MB if they all wait; at least <see cref="BatchSize"/>, at most 67,108,864. Memory is taken when it is
    /// needed.</value>
    public int Capacity { get; set; } = 1_000_000;

    /// <summary>Gets or sets after what time a call of the sink is cancelled and made again.</summary>
    /// <value>The default is 30 seconds; 10 milliseconds to 1 hour.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Tells whether the sink takes a metric.</summary>
    internal bool Takes(string name) =>
        (Include.Count == 0 || Include.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
        && !Exclude.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
