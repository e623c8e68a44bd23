using System.ComponentModel;
using System.Diagnostics;

namespace MlOps.Tracking;

/// <summary>What another program printed.</summary>
/// <param name="Bytes">Its output.</param>
/// <param name="IsComplete">Whether that is all of it.</param>
internal sealed record ProgramOutput(byte[] Bytes, bool IsComplete)
{
    private const int MaxSize = 64 << 20;

    /// <summary>Runs a program to its end, without a shell and without anything to read.</summary>
    /// <param name="program">The program, looked for as the system does.</param>
    /// <param name="arguments">Its arguments, which nothing splits or expands.</param>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="maxSize">The maximum number of bytes to read; a program that prints more is ended, and the first of them are returned.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="IOException">It is not there, or it failed; the message says how.</exception>
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
            : throw new IOException($"'{program}' ended with {process.ExitCode}: {errorText.Trim()}");
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

        // Reading the state of a repository must neither lock it nor ask anybody for a password.
        start.Environment["LC_ALL"] = "C"; // messages in English
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"'{program}' cannot be run: {exception.Message}", exception);
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
            // It ended by itself meanwhile.
        }
    }
}
