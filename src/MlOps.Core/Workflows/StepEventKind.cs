namespace MlOps.Workflows;

/// <summary>What can be recorded of a step.</summary>
internal enum StepEventKind
{
    /// <summary>It ran to its end.</summary>
    Completed,
}
