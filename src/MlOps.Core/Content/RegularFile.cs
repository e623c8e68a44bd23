using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Content;

/// <summary>Detects pipes, sockets and devices, and opens regular files without waiting for any of these.</summary>
internal static partial class RegularFile
{
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int LockSharedWithoutWaiting = 1 | 4;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const int HandleItself = 0x1000;
    private const uint TypeOnly = 1;
    private const int SizeOfStatX = 256;
    private const int OffsetOfMode = 28;

    /// <summary>Gets the flags of the <c>open</c> system call for reading without waiting, or <see langword="null"/> on other operating
    /// systems.</summary>
    private static int? OpenFlags =>
        OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? 0x80800
        : OperatingSystem.IsMacOS() ? 0x1000004
        : null;

    /// <summary>Describes an entry that is not a file, folder or link, without opening it.</summary>
    /// <returns>A description, such as <c>a named pipe</c>; <see langword="null"/> for other entries, or if the operating system does not
    /// provide the type.</returns>
    public static string? DescribeSpecial(string path) =>
        OperatingSystem.IsWindows()
            ? path.StartsWith(@"\\.\", StringComparison.Ordinal) || path.StartsWith(@"\\?\pipe\", StringComparison.OrdinalIgnoreCase)
                ? "a pipe or a device"
                : null
            : Describe(FindType(CurrentFolder, path, NoFollow));

    /// <summary>Opens a file for sequential reading.</summary>
    /// <exception cref="IOException">The path is not a regular file, or the file cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        if (OpenFlags is not { } flags)
        {
            return OpenByRuntime(path);
        }

        // The runtime cannot open a file without waiting: it waits at a pipe until another process writes to it.
        var handle = new SafeFileHandle(Open(path, flags), ownsHandle: true);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            // If the file is not special, the runtime throws the exception with the reason.
            return DescribeSpecial(path) is { } special ? throw Refusal(path, special) : OpenByRuntime(path);
        }

        try
        {
            if (Describe(FindType((int)handle.DangerousGetHandle(), "", HandleItself)) is { } special)
            {
                throw Refusal(path, special);
            }

            // Take the lock that the runtime takes for FileShare.Read, so that a file that another .NET program writes is not read.
            if (Lock(handle, LockSharedWithoutWaiting) != 0 && Marshal.GetLastPInvokeError() is WouldBlock or WouldBlockOnMac)
            {
                throw new IOException($"The file '{path}' is being written by another program. Try again when that program has closed it.");
            }

            var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0, isAsync: false);
            return stream.CanSeek ? stream : throw Refusal(path, "a pipe, a socket or a device");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static FileStream OpenByRuntime(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private static IOException Refusal(string path, string special) =>
        new($"'{path}' is {special}, which has no content that can be stored. Remove it, or pass other files.");

    private static string? Describe(int type) => type switch
    {
        1 => "a named pipe",
        2 => "a character device",
        6 => "a block device",
        12 => "a socket",
        _ => null,
    };

    /// <summary>Gets the type of an entry on Linux: the first four bits of its mode.</summary>
    /// <returns>The type, or 0 if the operating system does not provide it, as before Linux 4.11 and in some sandboxes. In this case,
    /// <see cref="OpenRead"/> rejects files that cannot seek.</returns>
    private static unsafe int FindType(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        var status = stackalloc byte[SizeOfStatX];
        try
        {
            return StatX(folder, path, flags, TypeOnly, status) == 0 ? *(ushort*)(status + OffsetOfMode) >> 12 : 0;
        }
        catch (EntryPointNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* status);
}
