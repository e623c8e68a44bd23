namespace MlOps.Maintenance;

/// <summary>How far a collection or verification has come.</summary>
/// <param name="Step">What it is doing.</param>
/// <param name="Items">The items done in this step: digests named, deletion marks, files, or faults for <see cref="MaintenanceStep.VerifyingLogs"/>.</param>
/// <param name="Bytes">Their bytes, where the step knows them; otherwise 0.</param>
public readonly record struct MaintenanceProgress(MaintenanceStep Step, long Items, long Bytes);
