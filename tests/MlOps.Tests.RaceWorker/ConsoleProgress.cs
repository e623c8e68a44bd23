using MlOps;

/// <summary>Prints each progress report immediately as one line.</summary>
internal sealed class ConsoleProgress : IProgress<OperationProgress>
{
    public void Report(OperationProgress value) => Console.WriteLine($"{value.Step} {value.Items}");
}
