namespace MlOps.Maintenance;

/// <summary>Collects all reports in order.</summary>
internal sealed class ListedProgress(List<OperationProgress> reports) : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => reports.Add(value);
}
