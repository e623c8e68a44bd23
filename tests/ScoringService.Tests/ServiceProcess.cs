using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace ScoringService;

/// <summary>The sample as a process with its own working folder, which contains the store and the cache.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Listening = "Now listening on: ";
    private static readonly string s_assembly =
        typeof(ServiceProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static data => data.Key == "ScoringService").Value!;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(Process process)
    {
        _process = process;
        Client = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Gets a client whose addresses are relative to the address of the service.</summary>
    public HttpClient Client { get; }

    /// <summary>Gets the output of the process so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts the service and waits until it accepts requests.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="settings">Settings in addition to those of the sample, such as <c>MlOps:Models:breast-cancer:Start=Optional</c>.</param>
    public static async Task<ServiceProcess> StartAsync(string folder, params string[] settings)
    {
        var service = Run(folder, settings);
        var ended = service._process.WaitForExitAsync();
        if (await Task.WhenAny(service._address.Task, ended).WaitAsync(TimeSpan.FromMinutes(2)) == ended)
        {
            await service.DisposeAsync();
            throw new InvalidOperationException($"The service did not start: {service.Log}");
        }

        service.Client.BaseAddress = await service._address.Task;
        return service;
    }

    /// <summary>Runs the service until it exits, because it cannot start.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="settings">Settings in addition to those of the sample.</param>
    /// <returns>The exit code and the output.</returns>
    public static async Task<(int ExitCode, string Log)> RunToEndAsync(string folder, params string[] settings)
    {
        await using var service = Run(folder, settings);
        await service._process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        return (service._process.ExitCode, service.Log);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ServiceProcess Run(string folder, string[] settings)
    {
        string[] arguments = ["exec", s_assembly, "--urls", "http://127.0.0.1:0", .. settings.Select(static setting => $"--{setting}")];
        return new ServiceProcess(Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
    }

    private void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.AppendLine(line);
        }

        if (line.IndexOf(Listening, StringComparison.Ordinal) is var start and >= 0)
        {
            _address.TrySetResult(new Uri(line[(start + Listening.Length)..].Trim()));
        }
    }
}
