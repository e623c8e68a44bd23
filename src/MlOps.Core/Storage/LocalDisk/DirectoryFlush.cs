using System.Runtime.InteropServices;

namespace MlOps.Storage;

/// <summary>Makes a folder's entries survive a power failure.</summary>
internal static partial class DirectoryFlush
{
    /// <summary>Flushes a folder. Windows has no such call and needs none: NTFS journals its entries.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int readOnly = 0;
        var descriptor = Open(folder, readOnly);
        if (descriptor < 0)
        {
            return; // deleted meanwhile, together with the entries to be flushed
        }

        try
        {
            // Network file systems may not know the call (EINVAL); they make entries durable in their own way.
            _ = Synchronize(descriptor);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
