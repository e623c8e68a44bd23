using System.Diagnostics;
using System.Globalization;
using MlOps.Tests.Backends;

namespace MlOps.Storage;

/// <summary>A small file system in memory, to fill up or make read-only; skips the test where mounting is not allowed.</summary>
internal sealed class MountedFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MountedFolder(string size, string? path = null)
    {
        Path = path ?? _folder.Path;
        if (!IsAllowed)
        {
            _folder.Dispose();
            Assert.Ignore("Mounting a file system needs Linux and the capability to (CAP_SYS_ADMIN).");
        }

        if (!TryRun("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path))
        {
            _folder.Dispose();
            Requirement.IsMissing("Mounting a file system failed, although this process may.");
        }
    }

    public string Path { get; }

    private static bool IsAllowed
    {
        get
        {
            const ulong administration = 1 << 21;
            const string effective = "CapEff:";
            return OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status").First(static line => line.StartsWith(effective, StringComparison.Ordinal)) is var line
                && (ulong.Parse(line[effective.Length..], NumberStyles.HexNumber, CultureInfo.InvariantCulture) & administration) != 0;
        }
    }

    public void MakeReadOnly() => TryRun("mount", "-o", "remount,ro", Path);

    public void Dispose()
    {
        TryRun("umount", "--lazy", Path);
        _folder.Dispose();
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
