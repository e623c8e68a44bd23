namespace MlOps.Migration;

/// <summary>Specifies how a migration verifies the target after everything is copied.</summary>
public enum MigrationVerification
{
    /// <summary>No verification at the end. Copied artifacts are verified when they are written. Existing content at the target is compared by
    /// size.</summary>
    None,

    /// <summary>Compares the sizes and SHA-256 digests that the stores recorded. Bytes are read only if a store recorded no digest. Costs one or
    /// two small requests for each artifact.</summary>
    Digests,

    /// <summary>Reads every byte at the target, which also detects damage after the write.</summary>
    Content,
}
