namespace MlOps.Maintenance;

/// <summary>The steps of a garbage collection and of a verification in their order, as <see cref="OperationProgress.Step"/> names them.</summary>
internal static class MaintenanceStep
{
    /// <summary>Reads the records to find the content that they reference.</summary>
    public const string ReadingRecords = "reading records";

    /// <summary>Lists all content to find unused content.</summary>
    public const string FindingUnused = "finding unused content";

    /// <summary>Deletes or keeps the content that an earlier collection marked.</summary>
    public const string DeletingMarked = "deleting marked content";

    /// <summary>Verifies the chains of the logs. Its items are the faults found.</summary>
    public const string VerifyingLogs = "verifying logs";

    /// <summary>Verifies content against its digests.</summary>
    public const string VerifyingContent = "verifying content";
}
