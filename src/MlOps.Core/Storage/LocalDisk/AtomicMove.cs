using System.Runtime.InteropServices;

namespace MlOps.Storage;

/// <summary>Moves a file in one step that all processes, also those of other machines on a share, see as done or not done.</summary>
/// <remarks>
/// On Unix these are <c>rename</c> and <c>link</c> themselves: <see cref="File.Move(string, string, bool)"/> copies from one mount to another, in many
/// steps, and without overwriting it first looks and then renames.
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

    /// <summary>Moves a file to where another may be, which it then replaces.</summary>
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

    /// <summary>Moves a file to where none is.</summary>
    /// <remarks>
    /// The link decides at the file server, where a look beforehand may be answered from this machine's cache. On a file system without hard links
    /// between folders the look decides, which is right as long as its caller holds the lock and the file system is a local one.
    /// </remarks>
    /// <returns><see langword="false"/> if one is there; nothing has changed then.</returns>
    public static bool TryAdd(string source, string target)
    {
        if (OperatingSystem.IsWindows())
        {
            return TryAddOnWindows(source, target);
        }

        if (Link(source, target) == 0)
        {
            // A name left behind, if this fails, is swept with the other temporary files.
            _ = Unlink(source);
            return true;
        }

        switch (Marshal.GetLastPInvokeError())
        {
            case Exists:
                return false;
            case NotPermitted or AccessDenied or OtherFileSystem or NotSupportedOnLinux or NotSupportedOnMac or OperationNotSupportedOnMac
                or NotImplementedOnLinux or NotImplementedOnMac:

                // Some file systems refuse links, or those to another folder, in words that mean something else; if it is meant, the rename says so too.
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

    /// <summary>Replaces a file, which Windows refuses while anybody has it open, in words that mean a missing right.</summary>
    private static void ReplaceOnWindows(string source, string target)
    {
        try
        {
            File.Move(source, target, overwrite: true);
        }
        catch (UnauthorizedAccessException exception) when (File.Exists(target))
        {
            throw new IOException($"'{target}' cannot be replaced while it is open or may not be written to.", exception) { HResult = LocalDiskErrors.WindowsSharingViolation };
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
            OtherFileSystem => new IOException($"{message} Both must lie on one file system: mount none inside the store's folder.", error),
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
