using System.Text.Json.Serialization;
using MlOps.Documents;

namespace MlOps.Workflows;

/// <summary>The result of a workflow as a run stores it.</summary>
internal sealed class WorkflowDocument
{
    public int Format { get; init; } = StoredDocument.Format;

    public required string Workflow { get; init; }

    public required IReadOnlyList<StepDocument> Steps { get; init; }

    public static WorkflowDocument Of(WorkflowResult result) => new() { Workflow = result.Workflow.Name, Steps = [.. result.Steps.Select(StepDocument.Of)] };

    internal sealed class StepDocument
    {
        public required string Name { get; init; }

        public required StepStatus Status { get; init; }

        [JsonPropertyName("after")]
        public required IReadOnlyList<string> DependsOn { get; init; }

        [JsonPropertyName("acts")]
        public required bool HasSideEffects { get; init; }

        public required double Seconds { get; init; }

        public string? Reason { get; init; }

        /// <summary>Gets the identifier of the run in which the step was executed.</summary>
        public string? RunId { get; init; }

        /// <summary>Gets the inputs, parameters and code of the step.</summary>
        public StepKey? Key { get; init; }

        public required StepOutputs Outputs { get; init; }

        public static StepDocument Of(StepResult result) => new()
        {
            Name = result.Step.Name,
            Status = result.Status,
            DependsOn = result.Step.DependsOn,
            HasSideEffects = result.Step.HasSideEffects,
            Seconds = result.Duration.TotalSeconds,
            Reason = result.Reason,
            RunId = result.RunId,
            Key = result.Key,
            Outputs = result.Outputs,
        };
    }
}
