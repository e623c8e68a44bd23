using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MlOps.Tests.Backends;

/// <summary>Runs a real server by its script in <c>tests/servers</c>: the one that all of a process share, for as long as it lives, or one for
/// the caller alone.</summary>
/// <remarks>The script stops the server when its standard input ends, which the operating system sees to also when the test process is killed.</remarks>
internal sealed class ServerScript
{
    // Referenced for ever: a collected process would close the pipe that keeps its server running.
    private static readonly ConcurrentBag<Process> s_running = [];
    private static readonly ConcurrentDictionary<string, Lazy<string?>> s_reasons = new();
    private readonly string _name;
    private readonly Lazy<Task<string>> _answer;

    public ServerScript(string name)
    {
        _name = name;
        _answer = new Lazy<Task<string>>(async () =>
        {
            var (process, answer) = await StartAsync();
            s_running.Add(process);
            return answer;
        });
    }

    /// <summary>Gets the output of the script after the server has started. Skips the calling test if the server is not installed.</summary>
    public Task<string> RequireAsync() => _answer.Value;

    /// <summary>Starts the server once more.</summary>
    /// <returns>What stops it when its standard input ends, and what the script printed.</returns>
    public async Task<(Process Process, string Answer)> StartAsync()
    {
        if (FindReasonNotToStart(_name) is { } reason)
        {
            Requirement.IsMissing(reason);
        }

        var process = Start("run", PortLease.Take());
        var errors = process.StandardError.ReadToEndAsync();
        return (
            process,
            await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The server '{_name}' did not start: {await errors}"));
    }

    /// <summary>Finds the reason to skip tests that need one of several servers.</summary>
    /// <param name="names">The servers' names.</param>
    /// <returns>A sentence with the commands that install the servers, or <see langword="null"/> if one of them is installed.</returns>
    public static string? FindReasonToSkip(IReadOnlyList<string> names) => names.Any(static name => FindReasonNotToStart(name) is null)
        ? null
        : string.Join(" Or: ", names.Select(FindReasonNotToStart));

    private static string? FindReasonNotToStart(string name) => s_reasons.GetOrAdd(name, static name => new Lazy<string?>(() =>
    {
        try
        {
            using var process = new ServerScript(name).Start("installed", port: 0);
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"The server '{name}' is not installed. Install it by: bash tests/servers/{name}.sh install";
        }
        catch (Win32Exception exception)
        {
            return $"The server '{name}' is started by bash, which does not run here: {exception.Message}";
        }
    })).Value;

    private Process Start(string verb, int port) =>
        Process.Start(new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, "servers", $"{_name}.sh"), verb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PORT"] = port.ToString(CultureInfo.InvariantCulture) },
        })!;
}
