using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Creates temporary files for writes, and deletes those of terminated processes.</summary>
/// <remarks>
/// A temporary file is a regular file whose name is 32 hexadecimal digits. Other files in the folder are never deleted, and a folder that is a
/// symbolic link is refused.
/// </remarks>
internal sealed partial class TemporaryFiles(LocalDiskLayout layout, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromHours(1);

    /// <summary>
    /// The age after which a file on a network share is deleted. On NFS and SMB, .NET does not lock writable files, so only the age distinguishes an abandoned
    /// file from that of a slow writer on another machine, whose clock may differ.
    /// </summary>
    private static readonly TimeSpan s_youngest = TimeSpan.FromHours(24);
    private long _nextSweep = long.MinValue;

    /// <summary>
    /// Creates a file. While its handle is open, processes of this machine do not delete it. Other machines do not delete it for one day after the last write.
    /// </summary>
    public (string File, SafeFileHandle Handle) Create()
    {
        layout.ThrowIfLink(layout.Temporary);
        SweepIfDue();
        var file = Path.Combine(layout.Temporary, Guid.NewGuid().ToString("N"));
        var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.Asynchronous);
        layout.SetMode(handle);
        return (file, handle);
    }

    /// <summary>
    /// Deletes the file of a failed write. Best effort: the caller receives the original exception, and a later write deletes the file.
    /// </summary>
    public static void TryDelete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A later write deletes the file.
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
                // Its writer is active, or another process has deleted it.
            }
        }
    }
}
