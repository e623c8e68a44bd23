namespace MlOps.Maintenance;

/// <summary>What a collection or verification is doing, in the order in which it is done.</summary>
public enum MaintenanceStep
{
    /// <summary>Reading which content the records name.</summary>
    ReadingRecords,

    /// <summary>Listing all content to find unused content.</summary>
    FindingUnused,

    /// <summary>Deleting, or keeping, the content that an earlier collection marked.</summary>
    DeletingMarked,

    /// <summary>Verifying the chains of the logs.</summary>
    VerifyingLogs,

    /// <summary>Verifying content.</summary>
    VerifyingContent,
}
