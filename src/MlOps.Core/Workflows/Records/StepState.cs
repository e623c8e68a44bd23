namespace MlOps.Workflows;

/// <summary>The state of the step with a key.</summary>
/// <param name="Completed">The latest completion; <see langword="null"/> if the step never completed or its outputs were removed.</param>
internal sealed record StepState(StepEvent? Completed)
{
    public static StepState Empty { get; } = new((StepEvent?)null);
}
