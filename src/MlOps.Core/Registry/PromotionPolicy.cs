namespace MlOps.Registry;

/// <summary>The gates of an alias. A version must pass all gates before the alias can point at it. A gate whose value is not recorded fails.</summary>
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

    /// <summary>Gets or sets the maximum load time.</summary>
    /// <value>More than zero; the default, <see langword="null"/>, is no limit.</value>
    public TimeSpan? MaxLoadTime { get; set; }

    /// <summary>Gets or sets the maximum memory of the loaded model.</summary>
    /// <value>In bytes, 1 or more; the default, <see langword="null"/>, is no limit.</value>
    public long? MaxMemory { get; set; }

    /// <summary>Gets or sets the maximum time of a prediction.</summary>
    /// <value>More than zero; the default, <see langword="null"/>, is no limit.</value>
    public TimeSpan? MaxLatency { get; set; }

    /// <summary>Gets or sets the number of required approvals by persons other than the author.</summary>
    /// <value>0 to 100; the default is 0. Names that differ only in case count as one person.</value>
    public int Approvals { get; set; }

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
            MaxMemory is null ? null : FormattableString.Invariant($"memory at most {MaxMemory} bytes"),
            MaxLatency is null ? null : FormattableString.Invariant($"latency at most {MaxLatency}"),
            Approvals > 0 ? FormattableString.Invariant($"approvals {Approvals}") : null,
        ];
        return gates.OfType<string>().ToArray() is { Length: > 0 } all ? string.Join("; ", all) : "none";
    }
}
