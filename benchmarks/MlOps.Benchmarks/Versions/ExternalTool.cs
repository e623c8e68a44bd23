using System.Diagnostics;

namespace MlOps.Benchmarks.Versions;

/// <summary>An alternative program: <c>git</c>, <c>restic</c>, <c>borg</c>, <c>rclone</c>.</summary>
internal static class ExternalTool
{
    /// <summary>Runs the program until it exits.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Environment variables; <see langword="null"/> removes a variable.</param>
    /// <exception cref="InvalidOperationException">The program is not installed, or it failed.</exception>
    public static async Task RunAsync(string folder, string[] command, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {error.Trim()}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{start.FileName} is not installed (apt-get install git restic borgbackup rclone).", exception);
        }
    }
}
