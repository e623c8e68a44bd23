using System.Diagnostics;
using System.Globalization;

namespace MlOps.Benchmarks;

/// <summary>Which of the machine's processors this process runs on, and those it starts meanwhile.</summary>
internal static class OwnProcessors
{
    private static readonly string s_all = $"0-{Environment.ProcessorCount - 1}";

    /// <summary>Moves all threads of this process; those that start later follow. The runtime's own property would move one thread.</summary>
    /// <param name="processors">Their numbers from 0, as <c>taskset</c> takes them.</param>
    public static void Use(string processors)
    {
        string[] arguments = ["--all-tasks", "--cpu-list", "--pid", processors, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)];
        using var taskset = Process.Start(new ProcessStartInfo("taskset", arguments) { RedirectStandardOutput = true })!;
        taskset.StandardOutput.ReadToEnd();
        taskset.WaitForExit();
        if (taskset.ExitCode != 0)
        {
            throw new InvalidOperationException($"taskset could not move this process to the processors {processors}.");
        }
    }

    /// <summary>Lets this process run wherever the machine likes.</summary>
    public static void UseAll() => Use(s_all);
}
