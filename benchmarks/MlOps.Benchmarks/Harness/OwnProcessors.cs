using System.Diagnostics;
using System.Globalization;

namespace MlOps.Benchmarks;

/// <summary>Sets the processors of this process and of the processes that it starts.</summary>
internal static class OwnProcessors
{
    private static readonly string s_all = $"0-{Environment.ProcessorCount - 1}";

    /// <summary>Moves all threads of this process. The property of the runtime would move one thread.</summary>
    /// <param name="processors">The numbers of the processors from 0, as for <c>taskset</c>.</param>
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

    /// <summary>Permits all processors again.</summary>
    public static void UseAll() => Use(s_all);
}
