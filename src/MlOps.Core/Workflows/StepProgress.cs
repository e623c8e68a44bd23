namespace MlOps.Workflows;

/// <summary>How far a workflow has come.</summary>
/// <param name="Step">The step that begins or has ended.</param>
/// <param name="Number">Its number in the order in which steps run, from 1.</param>
/// <param name="Total">The number of steps.</param>
/// <param name="Result">What became of it; <see langword="null"/> if it begins.</param>
public sealed record StepProgress(string Step, int Number, int Total, StepResult? Result = null);
