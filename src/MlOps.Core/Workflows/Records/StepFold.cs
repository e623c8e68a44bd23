using MlOps.Events;
using MlOps.Records;

namespace MlOps.Workflows;

/// <summary>Computes the state of a step from its events.</summary>
internal static class StepFold
{
    public static RecordSchema<StepEvent, StepState> Schema { get; } = new(
        StepState.Empty, Apply, WorkflowJson.Default.EventDocumentStepEvent, WorkflowJson.Default.CheckpointDocumentStepState);

    private static StepState Apply(string key, StepState state, EventDocument<StepEvent> document) => document.Event switch
    {
        { Kind: StepEventKind.Forgotten } => StepState.Empty,
        { Step: not null, RunId: not null, Manifest: not null } completed => new StepState(At(completed, document)),
        _ => throw new InvalidDataException("the event of kind 'completed' lacks the property 'step', 'runId' or 'manifest'."),
    };

    /// <summary>Sets the time of a completion from its document. A state from a checkpoint has no time.</summary>
    private static StepEvent At(StepEvent completed, EventDocument<StepEvent> document)
    {
        completed.Time = document.Time;
        return completed;
    }
}
