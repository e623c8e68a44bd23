using System.Text;

namespace MlOps.Tracking;

/// <summary>The properties of the machine that do not change during the lifetime of a process.</summary>
/// <param name="Processor">The name of the processor, or <see langword="null"/> if it is unknown.</param>
/// <param name="Memory">The memory that is available to the process, in bytes.</param>
/// <param name="Gpus">The names of the graphics processors.</param>
internal sealed record MachineInfo(string? Processor, long Memory, IReadOnlyList<string> Gpus)
{
    private const string LinuxProcessors = "/proc/cpuinfo";
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);
    private static readonly Lock s_lock = new();
    private static Task<MachineInfo>? s_info;

    /// <summary>Gets the properties, which are read by the first call. Canceling one wait does not affect other callers.</summary>
    public static Task<MachineInfo> GetAsync(TimeProvider timeProvider)
    {
        lock (s_lock)
        {
            return s_info ??= ReadAsync(timeProvider);
        }
    }

    private static async Task<MachineInfo> ReadAsync(TimeProvider timeProvider)
    {
        var gpus = ReadLinesAsync("nvidia-smi", ["--query-gpu=name", "--format=csv,noheader"], timeProvider);
        var processor = OperatingSystem.IsLinux() ? ReadLinuxProcessor()
            : OperatingSystem.IsMacOS()
                ? (await ReadLinesAsync("sysctl", ["-n", "machdep.cpu.brand_string"], timeProvider).ConfigureAwait(false)).FirstOrDefault()
            : System.Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return new MachineInfo(processor, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, await gpus.ConfigureAwait(false));
    }

    private static string? ReadLinuxProcessor()
    {
        try
        {
            var line = File.ReadLines(LinuxProcessors).FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal));
            return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static async Task<string[]> ReadLinesAsync(string program, string[] arguments, TimeProvider timeProvider)
    {
        try
        {
            using var timeout = new CancellationTokenSource(s_timeout, timeProvider);
            var output = await ProgramOutput.ReadAsync(program, arguments, AppContext.BaseDirectory, cancellationToken: timeout.Token).ConfigureAwait(false);
            return Encoding.UTF8.GetString(output.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return [];
        }
    }
}
