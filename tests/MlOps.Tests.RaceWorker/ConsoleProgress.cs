using MlOps.Migration;

/// <summary>Prints a line for each report, at once, so that who reads them knows how far the migration is.</summary>
internal sealed class ConsoleProgress : IProgress<MigrationProgress>
{
    public void Report(MigrationProgress value) => Console.WriteLine($"{value.Phase} {value.Artifacts}");
}
