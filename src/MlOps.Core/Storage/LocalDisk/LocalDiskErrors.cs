namespace MlOps.Storage;

/// <summary>Converts exceptions of the file system to exceptions of the contract.</summary>
internal static class LocalDiskErrors
{
    private const int UnixDiskFull = 28;
    private const int LinuxQuotaExceeded = 122;
    private const int MacQuotaExceeded = 69;
    private const int UnixReadOnlyFileSystem = 30;
    internal const int WindowsSharingViolation = unchecked((int)0x80070020);
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsWriteProtected = unchecked((int)0x80070013);

    /// <summary>Converts an exception. Returns <see langword="null"/> if it is not an exception of the file system.</summary>
    public static MlOpsException? Translate(Exception exception, string operation, ArtifactPath? path, LocalDiskLayout layout)
    {
        var (root, setting) = (layout.Root, layout.Setting);
        var action = path is null ? $"Cannot {operation} in the local store at '{root}'" : $"Cannot {operation} '{path}' in the local store at '{root}'";
        return exception switch
        {
            UnauthorizedAccessException or IOException { HResult: UnixReadOnlyFileSystem or WindowsWriteProtected } => new ArtifactAccessDeniedException(
                path,
                $"{action}: the file system denies access. "
                + $"Grant the user of this process read and write permissions for the folder, or set {setting} to another folder.",
                exception),
            IOException { HResult: UnixDiskFull or LinuxQuotaExceeded or MacQuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull } =>
                new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: false,
                $"{action}: the disk is full. Nothing was stored. Free disk space, or set {setting} to a folder on a larger disk.",
                exception),
            PathTooLongException => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: false,
                $"{action}: the full path of the file exceeds the limit of the operating system. Set {setting} to a folder with a shorter path.",
                exception),
            IOException { HResult: WindowsSharingViolation } => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: true,
                $"{action}: {exception.Message} Close the program that uses the file, and try again.",
                exception),
            IOException => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: false,
                $"{action}: {exception.Message} Check that {setting} is a folder on a working disk and that no other program has its files open.",
                exception),
            _ => null,
        };
    }
}
