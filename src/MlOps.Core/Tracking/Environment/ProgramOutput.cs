using System.ComponentModel;
using System.Diagnostics;

namespace MlOps.Tracking;

/// <summary>The standard output of another program.</summary>
/// <param name="Bytes">The output.</param>
/// <param name="IsComplete">Whether the output is complete.</param>
internal sealed record ProgramOutput(byte[] Bytes, bool IsComplete)
{
    private const int MaxSize = 64 << 20;

    /// <summary>Runs a program to completion, without a shell and without input.</summary>
    /// <param name="program">The name of the program, which is searched for in the path of the operating system.</param>
    /// <param name="arguments">The arguments, which are passed without splitting or expansion.</param>
    /// <param name="folder">The working directory.</param>
    /// <param name="maxSize">The maximum number of bytes to read. A program with a longer output is stopped, and the first bytes are
    /// returned.</param>
    /// <param name="cancellationToken">A token that stops the program.</param>
    /// <exception cref="IOException">The program does not exist or failed. The message states the reason.</exception>
    public static async Task<ProgramOutput> ReadAsync(
        string program, IReadOnlyList<string> arguments, string folder, int maxSize = MaxSize, CancellationToken cancellationToken = default)
    {
        using var process = Start(program, arguments, folder);
        using var _ = cancellationToken.Register(() => Kill(process));
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = await ReadAsync(process, maxSize).ConfigureAwait(false);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        var errorText = await error.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode == 0 || !output.IsComplete
            ? output
            : throw new IOException($"'{program}' failed with exit code {process.ExitCode}: {errorText.Trim()}");
    }

    private static Process Start(string program, IReadOnlyList<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Reading the state of a repository must not lock the repository or prompt for a password.
        start.Environment["LC_ALL"] = "C"; // messages in English
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"'{program}' cannot be started: {exception.Message}", exception);
        }
    }

    private static async Task<ProgramOutput> ReadAsync(Process process, int maxSize)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 << 10];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false) is var count and > 0)
        {
            if (bytes.Length + count > maxSize)
            {
                Kill(process);
                bytes.Write(buffer, 0, maxSize - (int)bytes.Length);
                return new ProgramOutput(bytes.ToArray(), IsComplete: false);
            }

            bytes.Write(buffer, 0, count);
        }

        return new ProgramOutput(bytes.ToArray(), IsComplete: true);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // The process has already ended.
        }
    }
}
