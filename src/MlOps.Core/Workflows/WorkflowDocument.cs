using MlOps.Documents;

namespace MlOps.Workflows;

/// <summary>What became of a workflow, as the run keeps it.</summary>
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

        public required IReadOnlyList<string> After { get; init; }

        public required bool Acts { get; init; }

        public required double Seconds { get; init; }

        public string? Reason { get; init; }

        /// <summary>Gets the run that it ran in.</summary>
        public string? RunId { get; init; }

        /// <summary>Gets what it depended on.</summary>
        public StepKey? Key { get; init; }

        public required StepOutputs Outputs { get; init; }

        public static StepDocument Of(StepResult result) => new()
        {
            Name = result.Step.Name,
            Status = result.Status,
            After = result.Step.After,
            Acts = result.Step.Acts,
            Seconds = result.Duration.TotalSeconds,
            Reason = result.Reason,
            RunId = result.RunId,
            Key = result.Key,
            Outputs = result.Outputs,
        };
    }
}
