namespace MlOps.Workflows;

/// <summary>The status of a step.</summary>
public enum StepStatus
{
    /// <summary>The step ran.</summary>
    Ran,

    /// <summary>The step was not executed, because it had completed before with the same inputs, parameters and code. Its outputs were restored.</summary>
    Restored,

    /// <summary>The step was skipped, because a step that it depends on stopped the workflow.</summary>
    Skipped,

    /// <summary>The step failed.</summary>
    Failed,

    /// <summary>The step was not reached.</summary>
    NotRun,
}
