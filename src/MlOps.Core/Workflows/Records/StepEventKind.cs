namespace MlOps.Workflows;

/// <summary>The kind of an event of a step.</summary>
internal enum StepEventKind
{
    /// <summary>The step completed, and its outputs were stored.</summary>
    Completed,

    /// <summary>The outputs were removed. The step runs again.</summary>
    Forgotten,
}
