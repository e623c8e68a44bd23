namespace MlOps.Maintenance;

/// <summary>Keeps every report, in order.</summary>
internal sealed class ListedProgress(List<MaintenanceProgress> reports) : IProgress<MaintenanceProgress>
{
    public void Report(MaintenanceProgress value) => reports.Add(value);
}
