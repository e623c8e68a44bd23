namespace MlOps.Migration;

/// <summary>The result of copying an artifact.</summary>
internal enum CopyOutcome
{
    /// <summary>The artifact was copied or, in a dry run, would be copied.</summary>
    Copied,

    /// <summary>The target already contains the artifact.</summary>
    Unchanged,

    /// <summary>The artifact was deleted at the source.</summary>
    Deleted,

    /// <summary>The artifact could not be copied, and a fault was added.</summary>
    Faulty,
}
