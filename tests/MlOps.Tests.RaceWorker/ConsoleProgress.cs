using MlOps;

/// <summary>Prints a line for each report, at once, so that who reads them knows how far the migration is.</summary>
internal sealed class ConsoleProgress : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => Console.WriteLine($"{value.Step} {value.Items}");
}
