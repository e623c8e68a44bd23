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

    /// <summary>Gets the identifier of the parent run.</summary>
    public string? ParentId { get; init; }

    /// <summary>Gets the seed for random numbers.</summary>
    public int? Seed { get; init; }

    /// <summary>Gets the commit of the code.</summary>
    public string? GitCommit { get; init; }

    /// <summary>Gets the digest of the stored description of the environment.</summary>
    public Sha256Digest? Environment { get; init; }

    /// <summary>Gets the new owner of the lease on the run: process, machine and a random value.</summary>
    [JsonPropertyName("holder")]
    public string? LeaseOwner { get; init; }

    /// <summary>Gets a value indicating whether the run is shared by several processes.</summary>
    public bool? IsShared { get; init; }

    /// <summary>Gets the time without a heartbeat after which the lease expires.</summary>
    [JsonPropertyName("silence")]
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>Gets the added parameters.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>Gets the tags that were set. A <see langword="null"/> value means that the tag was removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Gets the added datasets.</summary>
    public IReadOnlyList<RunDataset>? Datasets { get; init; }

    /// <summary>Gets the new note, in Markdown. An empty string means that the note was removed.</summary>
    public string? Note { get; init; }

    /// <summary>Gets a value indicating whether the run was deleted (<see langword="true"/>) or restored
    /// (<see langword="false"/>).</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Gets the stored artifacts.</summary>
    public IReadOnlyList<ContentFile>? Files { get; init; }

    /// <summary>Gets the final status of the run.</summary>
    public RunStatus? Status { get; init; }

    /// <summary>Gets the end time, if the run ended before the event because its process stopped.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Gets the exception with which the run failed.</summary>
    public RunFailure? Failure { get; init; }

    /// <summary>Gets the memory and the processor time that the run used.</summary>
    public RunResources? Resources { get; init; }

    /// <summary>Gets the last values of the metrics.</summary>
    public IReadOnlyDictionary<string, double>? Metrics { get; init; }

    /// <summary>Gets the summaries of the metrics.</summary>
    public IReadOnlyDictionary<string, MetricSummary>? MetricSummaries { get; init; }

    /// <summary>Gets the last step that is kept. Points with greater steps were discarded.</summary>
    public long? LastStep { get; init; }

    /// <summary>Gets the number of the last batch of points to which <see cref="LastStep"/> applies.</summary>
    public long? Batch { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson() => JsonSerializer.SerializeToElement(this, TrackingJson.Default.RunEvent);
}
