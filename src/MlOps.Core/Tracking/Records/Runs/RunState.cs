using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MlOps.Content;
using MlOps.Metrics;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The state of a run.</summary>
internal sealed record RunState
{
    public static RunState Empty { get; } = new();

    public string Name { get; init; } = "";

    [JsonPropertyName("author")]
    public string Actor { get; init; } = "";

    public RunStatus Status { get; init; }

    public DateTimeOffset Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>Gets when it was started or resumed last.</summary>
    [JsonPropertyName("begun")]
    public DateTimeOffset ActiveSince { get; init; }

    public RunFailure? Failure { get; init; }

    public string? ParentId { get; init; }

    public int Seed { get; init; }

    public string? GitCommit { get; init; }

    public Sha256Digest? Environment { get; init; }

    [JsonPropertyName("holder")]
    public string? LeaseOwner { get; init; }

    /// <summary>Gets the holder that was gone when another process ended the run; <see langword="null"/> if the run ended otherwise.</summary>
    [JsonPropertyName("closedHolder")]
    public string? ExpiredLeaseOwner { get; init; }

    /// <summary>Gets a value indicating whether the run has no owner, so that any process appends to it.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gets the time after which the holder counts as gone if nothing is heard of it; <see langword="null"/> for a run of an older version.</summary>
    [JsonPropertyName("silence")]
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>Gets the points that were retired when the run was resumed.</summary>
    public ImmutableList<RetiredSteps> Retired { get; init => field = value ?? []; } = [];

    public string? Note { get; init; }

    // A checkpoint that is read back would otherwise compare by the culture.
    public ImmutableSortedDictionary<string, string> Parameters
    {
        get;
        init => field = value?.WithComparers(StringComparer.Ordinal) ?? Ordinal<string>();
    } = Ordinal<string>();

    public ImmutableSortedDictionary<string, string> Tags
    {
        get;
        init => field = value?.WithComparers(StringComparer.Ordinal) ?? Ordinal<string>();
    } = Ordinal<string>();

    public ImmutableSortedDictionary<string, double> Metrics
    {
        get;
        init => field = value?.WithComparers(StringComparer.Ordinal) ?? Ordinal<double>();
    } = Ordinal<double>();

    /// <summary>Gets the summaries of the metrics; empty for a run of a version before there were any.</summary>
    public ImmutableSortedDictionary<string, MetricSummary> MetricSummaries
    {
        get;
        init => field = value?.WithComparers(StringComparer.Ordinal) ?? Ordinal<MetricSummary>();
    } = Ordinal<MetricSummary>();

    public ImmutableList<RunDataset> Datasets { get; init => field = value ?? []; } = [];

    public ImmutableSortedDictionary<string, ContentFile> Files
    {
        get;
        init => field = value?.WithComparers(ArtifactPath.TextOrder) ?? ImmutableSortedDictionary.Create<string, ContentFile>(ArtifactPath.TextOrder);
    } = ImmutableSortedDictionary.Create<string, ContentFile>(ArtifactPath.TextOrder);

    public RunResources? Resources { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>Gets a value indicating whether the artifacts and metrics were deleted for good.</summary>
    public bool IsPurged { get; init; }

    /// <summary>Gets a value indicating whether there is such a run.</summary>
    public bool Exists => Name.Length > 0;

    /// <summary>Gets the last values of metrics.</summary>
    public static ImmutableSortedDictionary<string, double> LastOf(ImmutableSortedDictionary<string, MetricSummary> summaries) =>
        summaries.ToImmutableSortedDictionary(static pair => pair.Key, static pair => pair.Value.Last, StringComparer.Ordinal);

    /// <summary>Replaces the metrics.</summary>
    public RunState WithMetrics(ImmutableSortedDictionary<string, MetricSummary> summaries) =>
        this with { Metrics = LastOf(summaries), MetricSummaries = summaries };

    /// <summary>Takes the metrics of another state.</summary>
    public RunState WithMetricsOf(RunState other) => this with { Metrics = other.Metrics, MetricSummaries = other.MetricSummaries };

    private static ImmutableSortedDictionary<string, T> Ordinal<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
