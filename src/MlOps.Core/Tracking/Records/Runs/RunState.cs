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

    /// <summary>Gets the time at which the run was last started or resumed.</summary>
    [JsonPropertyName("begun")]
    public DateTimeOffset ActiveSince { get; init; }

    public RunFailure? Failure { get; init; }

    public string? ParentId { get; init; }

    public int Seed { get; init; }

    public string? GitCommit { get; init; }

    public Sha256Digest? Environment { get; init; }

    [JsonPropertyName("holder")]
    public string? LeaseOwner { get; init; }

    /// <summary>Gets the owner whose lease had expired when the run was ended on its behalf; <see langword="null"/> if the run ended
    /// otherwise.</summary>
    [JsonPropertyName("closedHolder")]
    public string? ExpiredLeaseOwner { get; init; }

    /// <summary>Gets a value indicating whether the run is shared by several processes.</summary>
    public bool IsShared { get; init; }

    /// <summary>Gets the time without a heartbeat after which the lease expires; <see langword="null"/> for a run of an early
    /// version.</summary>
    [JsonPropertyName("silence")]
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>Gets the steps that were discarded when the run was resumed.</summary>
    public ImmutableList<RetiredSteps> Retired { get; init => field = value ?? []; } = [];

    public string? Note { get; init; }

    // A deserialized checkpoint would otherwise use the culture-sensitive comparer.
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

    /// <summary>Gets the metric summaries; empty for a run of an early version.</summary>
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

    /// <summary>Gets a value indicating whether the run is purged.</summary>
    public bool IsPurged { get; init; }

    /// <summary>Gets a value indicating whether the run exists.</summary>
    public bool Exists => Name.Length > 0;

    /// <summary>Gets the last values of the metrics.</summary>
    public static ImmutableSortedDictionary<string, double> LastOf(ImmutableSortedDictionary<string, MetricSummary> summaries) =>
        summaries.ToImmutableSortedDictionary(static pair => pair.Key, static pair => pair.Value.Last, StringComparer.Ordinal);

    /// <summary>Replaces the metrics.</summary>
    public RunState WithMetrics(ImmutableSortedDictionary<string, MetricSummary> summaries) =>
        this with { Metrics = LastOf(summaries), MetricSummaries = summaries };

    /// <summary>Copies the metrics of another state.</summary>
    public RunState WithMetricsOf(RunState other) => this with { Metrics = other.Metrics, MetricSummaries = other.MetricSummaries };

    private static ImmutableSortedDictionary<string, T> Ordinal<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
