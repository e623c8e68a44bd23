using System.Runtime.InteropServices;

namespace MlOps.Storage;

/// <summary>Makes a folder's entries survive a power failure.</summary>
internal static partial class DirectoryFlush
{
    private const int NoSuchEntry = 2;
    private const int InvalidArgument = 22;

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
            // Deleted meanwhile, together with the entries to be flushed.
            ThrowUnless(folder, NoSuchEntry);
            return;
        }

        try
        {
            if (Synchronize(descriptor) < 0)
            {
                // Some network file systems do not know the call for folders; they make entries durable in their own way.
                ThrowUnless(folder, InvalidArgument);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void ThrowUnless(string folder, int expected)
    {
        var error = Marshal.GetLastPInvokeError();
        if (error != expected)
        {
            throw new IOException($"The folder '{folder}' could not be flushed: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
