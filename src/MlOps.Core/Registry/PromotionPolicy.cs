namespace MlOps.Registry;

/// <summary>What a version must be to be given an alias. All of it must hold; what was not measured does not hold.</summary>
public sealed class PromotionPolicy
{
    /// <summary>Gets the bounds of metrics, by the metric's name.</summary>
    /// <value>The default is empty. Case does not distinguish, unless a version has two metrics whose names differ in case alone.</value>
    public IDictionary<string, MetricGate> Metrics { get; } = new Dictionary<string, MetricGate>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets a value indicating whether the signature must not break callers of the version that has the alias now.</summary>
    /// <value>The default is <see langword="false"/>. The first version to have the alias passes if it has a signature.</value>
    public bool CompatibleSignature { get; set; }

    /// <summary>Gets or sets a value indicating whether there must be golden examples.</summary>
    public bool GoldenExamples { get; set; }

    /// <summary>Gets the keys of tags that must be there, with any value.</summary>
    public IList<string> RequiredTags { get; } = [];

    /// <summary>Gets or sets a value indicating whether the model card must be complete: description, intended use, signature, metrics, datasets and commit.</summary>
    public bool CompleteCard { get; set; }

    /// <summary>Gets or sets the largest size of all files.</summary>
    /// <value>In bytes, 1 or more; <see langword="null"/>, the default, is no bound.</value>
    public long? MaxSize { get; set; }

    /// <summary>Gets or sets the longest time to load.</summary>
    /// <value>More than zero; <see langword="null"/>, the default, is no bound.</value>
    public TimeSpan? MaxLoadTime { get; set; }

    /// <summary>Gets or sets the most memory the loaded model may hold.</summary>
    /// <value>In bytes, 1 or more; <see langword="null"/>, the default, is no bound.</value>
    public long? MaxMemory { get; set; }

    /// <summary>Gets or sets the longest time of a prediction.</summary>
    /// <value>More than zero; <see langword="null"/>, the default, is no bound.</value>
    public TimeSpan? MaxLatency { get; set; }

    /// <summary>Gets or sets how many people other than the author must have approved the version.</summary>
    /// <value>The default is 0; 0 to 100. Names that differ only in case are one person.</value>
    public int Approvals { get; set; }

    /// <summary>Describes the gates in one line.</summary>
    internal string Describe()
    {
        IEnumerable<string?> gates =
        [
            .. Metrics.OrderBy(static metric => metric.Key, StringComparer.OrdinalIgnoreCase).Select(static metric => $"metric '{metric.Key}' {metric.Value.Describe()}"),
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
