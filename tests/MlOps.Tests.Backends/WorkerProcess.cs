using System.Diagnostics;
using System.Reflection;

namespace MlOps.Tests.Backends;

/// <summary>A process of <c>MlOps.Tests.RaceWorker</c>, which writes to a store as its command says. Its Program.cs has the commands.</summary>
public sealed class WorkerProcess : IDisposable
{
    /// <summary>Longer than any command is silent on a busy machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private WorkerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Gets the worker's assembly.</summary>
    public static string Worker { get; } =
        typeof(WorkerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "RaceWorker").Value!;

    /// <summary>Starts a worker and waits until it has reached its store.</summary>
    /// <param name="settings">The configuration, such as <c>MlOps:Storage:Provider</c>.</param>
    /// <param name="command">The command and its arguments.</param>
    public static Task<WorkerProcess> StartAsync(IReadOnlyDictionary<string, string> settings, params string[] command) =>
        StartAsync(settings, command, under: []);

    /// <inheritdoc cref="StartAsync(IReadOnlyDictionary{string, string}, string[])"/>
    /// <param name="settings">The configuration.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="under">A program that runs the worker, with its arguments, such as <c>strace</c>; or nothing.</param>
    /// <param name="environment">More variables of its environment.</param>
    public static async Task<WorkerProcess> StartAsync(
        IReadOnlyDictionary<string, string> settings, IEnumerable<string> command, IEnumerable<string> under, params (string Name, string Value)[] environment)
    {
        string[] line = [.. under, "dotnet", "exec", Worker, .. command, .. settings.Select(static setting => $"--{setting.Key}={setting.Value}")];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            // A killed process would leave its debugger's pipes in the temporary folder.
            Environment = { ["DOTNET_EnableDiagnostics"] = "0" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var worker = new WorkerProcess(Process.Start(start)!);
        return await worker.ReadLineAsync() == "ready"
            ? worker
            : throw new InvalidOperationException($"The worker did not start: {await worker._errors}");
    }

    /// <summary>Lets the worker begin.</summary>
    public void Release() => Send("");

    /// <summary>Gives the worker a line of input.</summary>
    /// <param name="line">The line.</param>
    public void Send(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Ends the worker's input, at which the worker ends.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Reads the next line the worker has printed, or <see langword="null"/> when it has ended.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience);

    /// <summary>Reads the next line of a worker that must not have ended.</summary>
    public async Task<string> RequireLineAsync() => await ReadLineAsync() ?? throw new InvalidOperationException($"The worker has ended: {await _errors}");

    /// <summary>Reads what the worker prints until it ends, which it must do without an error.</summary>
    public async Task<IReadOnlyList<string>> ReadToEndAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        await _process.WaitForExitAsync();
        return _process.ExitCode == 0 ? lines : throw new InvalidOperationException($"The worker failed: {await _errors}");
    }

    /// <summary>Kills the worker at once (SIGKILL), then reads the lines it had printed and nobody has read.</summary>
    public async Task<IReadOnlyList<string>> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        var printed = await _process.StandardOutput.ReadToEndAsync();

        // What follows the last line's end is a line the worker was killed in.
        return printed.Split('\n')[..^1];
    }

    /// <summary>Kills the worker if it still runs.</summary>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
