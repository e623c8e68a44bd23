using System.Diagnostics;

namespace MlOps.Storage;

/// <summary>A small file system in memory, to fill up or make read-only; skips the test where mounting is not allowed.</summary>
internal sealed class MountedFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public MountedFolder(string size, string? path = null)
    {
        Path = path ?? _folder.Path;
        if (!OperatingSystem.IsLinux() || !TryRun("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path))
        {
            _folder.Dispose();
            Assert.Ignore("Mounting a file system needs Linux and root.");
        }
    }

    public string Path { get; }

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
