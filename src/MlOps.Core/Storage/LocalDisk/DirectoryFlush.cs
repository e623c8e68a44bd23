using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Makes a folder's entries survive a power failure.</summary>
internal static partial class DirectoryFlush
{
    private const int NoSuchEntry = 2;

    /// <summary>Flushes a folder. Windows has no such call: NTFS writes its journal, which keeps entries whole, some seconds later.</summary>
    /// <remarks>Some network file systems do not know the call for folders, or say in its place that there is none; they make entries durable in their own way.</remarks>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Only the opening is the system's own call, since .NET opens no folders. Its flush goes through to the drive on macOS, and ignores that a file system cannot flush.
        const int readOnly = 0;
        using var handle = new SafeFileHandle(Open(folder, readOnly), ownsHandle: true);
        if (handle.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != NoSuchEntry)
            {
                throw new IOException($"The folder '{folder}' could not be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
            }

            // Deleted meanwhile, together with the entries to be flushed.
            return;
        }

        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Some network file systems answer so to the flush of a folder, which they do not support.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
