using MlOps.Events;

namespace MlOps.Workflows;

/// <summary>What is known of a step with certain inputs: that it ran last.</summary>
/// <param name="Completed">The newest fact; <see langword="null"/> before the first.</param>
internal sealed record StepRecord(StepEvent? Completed)
{
    public static EventLogSchema<StepEvent, StepRecord> Schema { get; } = new(
        new StepRecord((StepEvent?)null),
        static (_, document) => new StepRecord(document.Event),
        WorkflowJson.Default.EventDocumentStepEvent,
        WorkflowJson.Default.CheckpointDocumentStepRecord);
}
