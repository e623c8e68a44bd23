namespace MlOps.Workflows;

/// <summary>What became of a step.</summary>
public enum StepStatus
{
    /// <summary>It ran.</summary>
    Ran,

    /// <summary>It did not run, because it had run on the same before: its outputs were restored.</summary>
    Restored,

    /// <summary>It was not to run, because one that it depends on stopped the work.</summary>
    Skipped,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It was not reached.</summary>
    NotRun,
}
