namespace MlOps.Maintenance;

/// <summary>Keeps every report, in order.</summary>
internal sealed class ListedProgress(List<OperationProgress> reports) : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => reports.Add(value);
}
