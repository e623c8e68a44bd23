using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Flushes the entries of a folder, so that they survive a power failure.</summary>
internal static partial class DirectoryFlush
{
    private const int NoSuchEntry = 2;

    /// <summary>Flushes a folder. Does nothing on Windows, which has no such call. NTFS writes its journal after a few seconds.</summary>
    /// <remarks>
    /// Some network file systems do not support the call for folders, or return misleading errors. They make entries durable by other means.
    /// </remarks>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A native call opens the folder, because .NET does not open folders. The flush of .NET reaches the drive on macOS, and ignores file systems without
        // flush.
        const int readOnly = 0;
        using var handle = new SafeFileHandle(Open(folder, readOnly), ownsHandle: true);
        if (handle.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != NoSuchEntry)
            {
                throw new IOException($"The folder '{folder}' cannot be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
            }

            // The folder was deleted together with its entries.
            return;
        }

        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Some network file systems return this error because they do not support the flush of a folder.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
