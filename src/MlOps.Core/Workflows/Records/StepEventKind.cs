namespace MlOps.Workflows;

/// <summary>The kinds of events of a step.</summary>
internal enum StepEventKind
{
    /// <summary>The step ran to its end, and its outputs were stored.</summary>
    Completed,

    /// <summary>The outputs are not used any more; the step runs again.</summary>
    Forgotten,
}
