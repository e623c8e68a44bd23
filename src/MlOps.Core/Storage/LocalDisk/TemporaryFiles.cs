using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>The files of writes under way, and the removal of those whose process died.</summary>
/// <remarks>
/// A temporary file is a regular file whose name is 32 hexadecimal digits. Other files in the folder are never deleted, and a folder that is a
/// symbolic link is refused.
/// </remarks>
internal sealed partial class TemporaryFiles(LocalDiskLayout layout, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromHours(1);

    /// <summary>
    /// On NFS and SMB .NET locks no file that may be written, so only its age tells a dead writer's file from one of a living writer on another machine,
    /// whose content may come haltingly and whose clock may differ. What is left lies there a day longer, and harms nobody.
    /// </summary>
    private static readonly TimeSpan s_youngest = TimeSpan.FromHours(24);
    private long _nextSweep = long.MinValue;

    /// <summary>Creates a file. While its handle is open it counts as alive: for ever to processes of this machine, to others for a day after its last byte.</summary>
    public (string File, SafeFileHandle Handle) Create()
    {
        layout.ThrowIfLink(layout.Temporary);
        SweepIfDue();
        var file = Path.Combine(layout.Temporary, Guid.NewGuid().ToString("N"));
        var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        layout.SetMode(handle);
        return (file, handle);
    }

    /// <summary>Deletes a file of a write that failed, if it can: what failed the write may fail this as well, and is what its caller has to hear of. What is left is swept.</summary>
    public static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure of the write is reported. A later write deletes the file.
        }
    }

    private void SweepIfDue()
    {
        var now = timeProvider.GetUtcNow().UtcTicks;
        var due = Interlocked.Read(ref _nextSweep);
        if (now >= due && Interlocked.CompareExchange(ref _nextSweep, now + s_sweepInterval.Ticks, due) == due)
        {
            Sweep();
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    private void Sweep()
    {
        foreach (var file in new DirectoryInfo(layout.Temporary).EnumerateFiles())
        {
            if (!OwnName().IsMatch(file.Name) || file.LinkTarget is not null || timeProvider.GetUtcNow() - file.LastWriteTimeUtc < s_youngest)
            {
                continue;
            }

            try
            {
                new FileStream(file.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Its writer is alive, or another process swept it first.
            }
        }
    }
}
