using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Content;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>One event of the history of a run. A property that does not belong to the kind is <see langword="null"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class RunEvent : RecordEvent
{
    /// <summary>Gets the kind of the event.</summary>
    public new required RunEventKind Kind { get; init; }

    /// <summary>Gets the new name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets the identifier of the run that it is part of.</summary>
    public string? ParentId { get; init; }

    /// <summary>Gets the seed of its random numbers.</summary>
    public int? Seed { get; init; }

    /// <summary>Gets the commit of the code that ran.</summary>
    public string? GitCommit { get; init; }

    /// <summary>Gets the digest of the description of its environment, which is content.</summary>
    public Sha256Digest? Environment { get; init; }

    /// <summary>Gets the holder of the run from this event on: process, machine and a random value.</summary>
    [JsonPropertyName("holder")]
    public string? LeaseOwner { get; init; }

    /// <summary>Gets a value indicating whether the run has no owner, so that any process appends to it.</summary>
    public bool? IsShared { get; init; }

    /// <summary>Gets the time after which the holder counts as gone if nothing is heard of it.</summary>
    [JsonPropertyName("silence")]
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>Gets the parameters that were recorded.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Gets the tags that were set; those with the value <see langword="null"/> were removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Gets the datasets that were recorded.</summary>
    public IReadOnlyList<RunDataset>? Datasets { get; init; }

    /// <summary>Gets the new note, in Markdown; an empty one was removed.</summary>
    public string? Note { get; init; }

    /// <summary>Gets a value indicating whether the run was deleted (<see langword="true"/>) or restored
    /// (<see langword="false"/>).</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Gets the artifacts that were stored.</summary>
    public IReadOnlyList<ContentFile>? Files { get; init; }

    /// <summary>Gets the status with which the run ended.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Gets the time of the end, if the run ended before the event: its process died.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Gets the failure of the run.</summary>
    public RunFailure? Failure { get; init; }

    /// <summary>Gets the resources that the run used.</summary>
    public RunResources? Resources { get; init; }

    /// <summary>Gets the last values of the metrics.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Gets the summaries of the metrics.</summary>
    public IReadOnlyDictionary<string, MetricSummary>? MetricSummaries { get; init; }

    /// <summary>Gets the last step that remains; points with later steps were retired.</summary>
    public long? LastStep { get; init; }

    /// <summary>Gets the number of the last batch of points that the retirement applies to.</summary>
    public long? Batch { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson() => JsonSerializer.SerializeToElement(this, TrackingJson.Default.RunEvent);
}
