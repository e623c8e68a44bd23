namespace MlOps.Migration;

/// <summary>The steps of a migration, as <see cref="OperationProgress.Step"/> names them.</summary>
internal static class MigrationStep
{
    /// <summary>Compares the logs of both stores to find the events to copy.</summary>
    public const string Survey = "comparing logs";

    /// <summary>Copies the content that events name, and all other artifacts. Runs again after <see cref="Events"/> if copying one artifact
    /// takes more than half an hour.</summary>
    public const string Artifacts = "copying artifacts";

    /// <summary>Copies the events, each log in order.</summary>
    public const string Events = "copying events";

    /// <summary>Verifies that the target contains everything that the source contains.</summary>
    public const string Verification = "verifying the target";
}
