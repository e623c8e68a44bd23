using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>The files of writes under way, and the removal of those whose process died.</summary>
internal sealed class TemporaryFiles(string folder, TimeProvider timeProvider)
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
        SweepIfDue();
        var file = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        return (file, File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous));
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

    private void Sweep()
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (timeProvider.GetUtcNow() - File.GetLastWriteTimeUtc(file) < s_youngest)
            {
                continue;
            }

            try
            {
                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Its writer is alive, or another process swept it first.
            }
        }
    }
}
