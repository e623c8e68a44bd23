using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Workflows;

/// <summary>One event of the history of a step. A property that does not belong to the kind is <see langword="null"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class StepEvent : RecordEvent
{
    /// <summary>Gets the digest of the inputs, parameters and code of the step, which identifies its event log.</summary>
    [JsonIgnore]
    public Sha256Digest Key { get; internal set; }

    /// <summary>Gets the kind of the event.</summary>
    public new required StepEventKind Kind { get; init; }

    /// <summary>Gets the name of the step.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the name of the workflow.</summary>
    public string? Workflow { get; init; }

    /// <summary>Gets the identifier of the run in which the step ran.</summary>
    public string? RunId { get; init; }

    /// <summary>Gets the digest of the manifest, which lists the outputs and is stored as content.</summary>
    public Sha256Digest? Manifest { get; init; }

    /// <summary>Gets the duration of the step.</summary>
    public TimeSpan? Duration { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson()
    {
        var data = JsonSerializer.SerializeToNode(this, WorkflowJson.Default.StepEvent)!.AsObject();
        data["key"] = Key.ToString();
        return data.Deserialize(WorkflowJson.Default.JsonElement);
    }
}
