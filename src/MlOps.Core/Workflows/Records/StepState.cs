namespace MlOps.Workflows;

/// <summary>The state of a step with certain inputs.</summary>
/// <param name="Completed">The newest completion; <see langword="null"/> if the step never ran or was forgotten.</param>
internal sealed record StepState(StepEvent? Completed)
{
    public static StepState Empty { get; } = new((StepEvent?)null);
}
