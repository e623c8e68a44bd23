using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Lets one writer at a time, among all processes, check a condition and put its file into place.</summary>
/// <remarks>
/// A file opened for itself alone: the same managed call excludes other processes on Windows (share mode) and on Unix (<c>flock</c>),
/// works on file systems without hard links, and ends with the process that holds it, however that ends.
/// </remarks>
internal static class CommitLock
{
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    /// <summary>A commit takes milliseconds; who waits longer waits for a stopped process or a dead file server.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async ValueTask<SafeFileHandle> AcquireAsync(string file, LocalDiskLayout layout, CancellationToken cancellationToken)
    {
        CreateShared(file, layout);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryAcquire(file) is { } held)
            {
                return held;
            }

            if (Stopwatch.GetElapsedTime(started) > s_patience)
            {
                throw new ProviderException(
                    LocalDiskArtifactStore.ProviderName,
                    "write",
                    isTransient: true,
                    $"Another process has held '{file}' for {s_patience.TotalSeconds:0} s. Look for a process of this store that is suspended or hangs, and end it.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5)), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses a file system that does not lock, where .NET would go on without a word and two writers could both win.</summary>
    public static void ThrowIfIgnored(string folder, string setting)
    {
        var file = Path.Combine(folder, $"probe-{Guid.NewGuid():N}");
        bool isIgnored;
        using (TryAcquire(file))
        {
            using var second = TryAcquire(file);
            isIgnored = second is not null;
        }

        File.Delete(file);
        if (isIgnored)
        {
            throw new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                "write",
                isTransient: false,
                $"The file system of '{folder}' does not lock files, so concurrent writers could overwrite one another. "
                + $"Mount it with locking, leave DOTNET_SYSTEM_IO_DISABLEFILELOCKING unset, or set {setting} to a folder elsewhere.");
        }
    }

    /// <summary>Creates a lock file that other users can open, if the settings give a mode. It appears with its permissions, so that no other user meets it without them.</summary>
    private static void CreateShared(string file, LocalDiskLayout layout)
    {
        if (layout.FolderMode is null || File.Exists(file))
        {
            return;
        }

        var created = Path.Combine(layout.Locks, $"probe-{Guid.NewGuid():N}");
        using (var handle = File.OpenHandle(created, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
        {
            layout.SetMode(handle);
        }

        if (!AtomicMove.TryAdd(created, file))
        {
            File.Delete(created);
        }
    }

    private static SafeFileHandle? TryAcquire(string file)
    {
        try
        {
            return File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (exception.HResult is LinuxWouldBlock or MacWouldBlock or LocalDiskErrors.WindowsSharingViolation)
        {
            return null;
        }
    }
}
