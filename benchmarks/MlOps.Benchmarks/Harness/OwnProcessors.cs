using System.Diagnostics;
using System.Globalization;

namespace MlOps.Benchmarks;

/// <summary>Keeps this process, and those it starts meanwhile, on some of the machine's processors.</summary>
internal sealed class OwnProcessors : IDisposable
{
    private readonly string _all = $"0-{Environment.ProcessorCount - 1}";

    /// <summary>Moves this process.</summary>
    /// <param name="processors">Their numbers from 0, as <c>taskset</c> takes them.</param>
    public OwnProcessors(string processors) => Use(processors);

    /// <summary>Moves all threads of this process; those that it starts later follow. The runtime's own property would move one thread.</summary>
    public void Use(string processors)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["--all-tasks", "--cpu-list", "--pid", processors, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset could not move this process to the processors {processors}.");
        }
    }

    public void Dispose() => Use(_all);
}
