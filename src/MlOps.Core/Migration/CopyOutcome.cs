namespace MlOps.Migration;

/// <summary>What became of an artifact that was to be copied.</summary>
internal enum CopyOutcome
{
    /// <summary>It was copied; in a dry run, it would be.</summary>
    Copied,

    /// <summary>The target has it already.</summary>
    Unchanged,

    /// <summary>It was deleted at the source meanwhile.</summary>
    Deleted,

    /// <summary>It could not be copied; the fault is recorded.</summary>
    Faulty,
}
