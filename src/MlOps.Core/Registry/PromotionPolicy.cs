namespace MlOps.Registry;

/// <summary>The gates of an alias. A version must pass all gates before the alias can point at it. A gate whose value is not recorded fails.</summary>
/// <remarks>
/// The gates of measured resources (load time, memory, latency) check the greatest value of all kinds of machines on which the version was measured, or the
/// value on <see cref="Machine"/>. A relative gate, such as <see cref="MaxMemoryIncrease"/>, compares with the version that has the alias now, on the kinds
/// of machines on which both versions were measured. It fails if there is none, and passes if no version has the alias. Serving measures a version when it
/// loads it; <see cref="Serving.IResourceMeter"/> measures a version before it is promoted.
/// </remarks>
public sealed class PromotionPolicy
{
    /// <summary>Gets the bounds of metrics, by name.</summary>
    /// <value>The default is empty. Names are case-insensitive, unless a version has two metrics whose names differ only in case.</value>
    public IDictionary<string, MetricBounds> Metrics { get; } = new Dictionary<string, MetricBounds>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets a value indicating whether the signature must be compatible with the version that has the alias now.</summary>
    /// <value>The default is <see langword="false"/>. The first version to have the alias passes if it has a signature.</value>
    public bool CompatibleSignature { get; set; }

    /// <summary>Gets or sets a value indicating whether the version must have golden examples.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool GoldenExamples { get; set; }

    /// <summary>Gets the keys of the tags that the version must have, with any value.</summary>
    /// <value>The default is empty.</value>
    public IList<string> RequiredTags { get; } = [];

    /// <summary>Gets or sets a value indicating whether the version must have a description, an intended use, a signature, metrics, datasets and a
    /// commit.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool CompleteCard { get; set; }

    /// <summary>Gets or sets the maximum total size of the files.</summary>
    /// <value>In bytes, 1 or more; the default, <see langword="null"/>, is no limit.</value>
    public long? MaxSize { get; set; }

    /// <summary>Gets or sets the kind of machine whose measurements the gates check.</summary>
    /// <value>
    /// Such as <c>linux-x64-2</c>, see <see cref="ResourceProfile.CurrentMachine"/>. The default, <see langword="null"/>, is every kind on which the version
    /// was measured. The setting requires a gate of a measured resource.
    /// </value>
    public string? Machine { get; set; }

    /// <summary>Gets or sets the maximum load time.</summary>
    /// <value>More than zero; the default, <see langword="null"/>, is no limit.</value>
    public TimeSpan? MaxLoadTime { get; set; }

    /// <summary>Gets or sets the maximum increase of the load time from the current version, as a fraction of its load time.</summary>
    /// <value>Finite, zero or more: 0.2 permits 20 % more; the default, <see langword="null"/>, is no limit.</value>
    public double? MaxLoadTimeIncrease { get; set; }

    /// <summary>Gets or sets the maximum memory of the loaded model.</summary>
    /// <value>In bytes, 1 or more; the default, <see langword="null"/>, is no limit.</value>
    public long? MaxMemory { get; set; }

    /// <summary>Gets or sets the maximum increase of the memory from the current version, as a fraction of its memory.</summary>
    /// <value>Finite, zero or more: 0.2 permits 20 % more; the default, <see langword="null"/>, is no limit.</value>
    public double? MaxMemoryIncrease { get; set; }

    /// <summary>Gets or sets the maximum median time of a prediction.</summary>
    /// <value>More than zero; the default, <see langword="null"/>, is no limit.</value>
    public TimeSpan? MaxLatency { get; set; }

    /// <summary>Gets or sets the maximum 99th percentile of the time of a prediction.</summary>
    /// <value>More than zero; the default, <see langword="null"/>, is no limit.</value>
    public TimeSpan? MaxLatencyP99 { get; set; }

    /// <summary>Gets or sets the maximum increase of the 99th percentile of the time of a prediction from the current version, as a fraction of its
    /// percentile.</summary>
    /// <value>Finite, zero or more: 0.2 permits 20 % more; the default, <see langword="null"/>, is no limit.</value>
    public double? MaxLatencyP99Increase { get; set; }

    /// <summary>Gets or sets the number of required approvals by persons other than the author.</summary>
    /// <value>0 to 100; the default is 0. Names that differ only in case count as one person.</value>
    public int Approvals { get; set; }

    /// <summary>Gets a value indicating whether a gate checks a measured resource.</summary>
    internal bool HasResourceGate => MaxLoadTime is not null || MaxLoadTimeIncrease is not null || MaxMemory is not null || MaxMemoryIncrease is not null
        || MaxLatency is not null || MaxLatencyP99 is not null || MaxLatencyP99Increase is not null;

    /// <summary>Formats the gates in one line.</summary>
    internal string Describe()
    {
        IEnumerable<string?> gates =
        [
            .. Metrics.OrderBy(static metric => metric.Key, StringComparer.OrdinalIgnoreCase)
                .Select(static metric => $"metric '{metric.Key}' {metric.Value}"),
            CompatibleSignature ? "compatible signature" : null,
            GoldenExamples ? "golden examples" : null,
            RequiredTags.Count > 0 ? $"tags {string.Join(", ", RequiredTags.Select(static tag => $"'{tag}'"))}" : null,
            CompleteCard ? "complete model card" : null,
            MaxSize is null ? null : FormattableString.Invariant($"size at most {MaxSize} bytes"),
            MaxLoadTime is null ? null : FormattableString.Invariant($"load time at most {MaxLoadTime}"),
            Increase("load time", MaxLoadTimeIncrease),
            MaxMemory is null ? null : FormattableString.Invariant($"memory at most {MaxMemory} bytes"),
            Increase("memory", MaxMemoryIncrease),
            MaxLatency is null ? null : FormattableString.Invariant($"latency at most {MaxLatency}"),
            MaxLatencyP99 is null ? null : FormattableString.Invariant($"latency p99 at most {MaxLatencyP99}"),
            Increase("latency p99", MaxLatencyP99Increase),
            Machine is null ? null : $"measured on {Machine}",
            Approvals > 0 ? FormattableString.Invariant($"approvals {Approvals}") : null,
        ];
        return gates.OfType<string>().ToArray() is { Length: > 0 } all ? string.Join("; ", all) : "none";

        static string? Increase(string resource, double? most) =>
            most is null ? null : FormattableString.Invariant($"increase of the {resource} at most {most * 100:0.####} %");
    }
}
