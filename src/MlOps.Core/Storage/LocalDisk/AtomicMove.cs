using System.Runtime.InteropServices;

namespace MlOps.Storage;

/// <summary>Moves files atomically for all processes, including those on other machines that use the share.</summary>
/// <remarks>
/// On Unix, this class calls <c>rename</c> and <c>link</c>. <see cref="File.Move(string, string, bool)"/> is not atomic: it copies between mounts, and without
/// overwriting it checks for the target before it renames.
/// </remarks>
internal static partial class AtomicMove
{
    private const int NotPermitted = 1;
    private const int NoSuchEntry = 2;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int OtherFileSystem = 18;
    private const int NotSupportedOnLinux = 95;
    private const int NotSupportedOnMac = 45;
    private const int OperationNotSupportedOnMac = 102;
    private const int NotImplementedOnLinux = 38;
    private const int NotImplementedOnMac = 78;

    /// <summary>Moves a file, and replaces an existing target.</summary>
    public static void Replace(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            ReplaceOnWindows(source, target);
        }
        else if (Rename(source, target) < 0)
        {
            throw LastFault(source, target);
        }
    }

    /// <summary>Moves a file if there is no target.</summary>
    /// <remarks>
    /// The file server decides about the link, whereas a check before the move may use the cache of this machine. On a file system without hard links between
    /// folders, a check is used. This is correct while the caller holds the lock and the file system is local.
    /// </remarks>
    /// <returns><see langword="false"/> if the target exists. Nothing has changed in this case.</returns>
    public static bool TryAdd(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryAddOnWindows(source, target);
        }

        if (Link(source, target) == 0)
        {
            // If this fails, the name is deleted with the other temporary files.
            _ = Unlink(source);
            return true;
        }

        switch (Marshal.GetLastPInvokeError())
        {
            case Exists:
                return false;
            case NotPermitted or AccessDenied or OtherFileSystem or NotSupportedOnLinux or NotSupportedOnMac or OperationNotSupportedOnMac
                or NotImplementedOnLinux or NotImplementedOnMac:

                // Some file systems reject links with a misleading error code. If the error is real, the rename also fails.
                if (File.Exists(target))
                {
                    return false;
                }

                Replace(source, target);
                return true;
            default:
                throw LastFault(source, target);
        }
    }

    /// <summary>Replaces a file. While the file is open, Windows returns an access error.</summary>
    private static void ReplaceOnWindows(string source, string target)
    {
        try
        {
            File.Move(source, target, overwrite: true);
        }
        catch (UnauthorizedAccessException exception) when (File.Exists(target))
        {
            throw new IOException($"'{target}' cannot be replaced, because it is open or write-protected.", exception)
            {
                HResult = LocalDiskErrors.WindowsSharingViolation,
            };
        }
    }

    private static bool TryAddOnWindows(string source, string target)
    {
        try
        {
            File.Move(source, target, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(target))
        {
            return false;
        }
    }

    private static Exception LastFault(string source, string target)
    {
        var error = Marshal.GetLastPInvokeError();
        var message = $"'{source}' could not be moved to '{target}': {Marshal.GetPInvokeErrorMessage(error)}.";
        return error switch
        {
            NoSuchEntry => new DirectoryNotFoundException(message),
            AccessDenied or NotPermitted => new UnauthorizedAccessException(message),
            OtherFileSystem => new IOException(
                $"{message} Both must be on one file system. Do not mount another file system in the folder of the store.", error),
            _ => new IOException(message, error),
        };
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string source, string target);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string source, string target);

    [LibraryImport("libc", EntryPoint = "unlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unlink(string file);
}
