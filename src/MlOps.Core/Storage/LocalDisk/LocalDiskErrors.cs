namespace MlOps.Storage;

/// <summary>Turns the file system's exceptions into those of the contract.</summary>
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

    /// <summary>Translates an exception, or returns <see langword="null"/> for one that is not the file system's.</summary>
    public static MlOpsException? Translate(Exception exception, string operation, ArtifactPath? path, LocalDiskLayout layout)
    {
        var (root, setting) = (layout.Root, layout.Setting);
        var what = path is null ? $"Cannot {operation} in the local store at '{root}'" : $"Cannot {operation} '{path}' in the local store at '{root}'";
        return exception switch
        {
            UnauthorizedAccessException or IOException { HResult: UnixReadOnlyFileSystem or WindowsWriteProtected } => new ArtifactAccessDeniedException(
                path,
                $"{what}: the file system refuses access. Give this process's user the right to read and write that folder, or set {setting} to another.",
                exception),
            IOException { HResult: UnixDiskFull or LinuxQuotaExceeded or MacQuotaExceeded or WindowsDiskFull or WindowsHandleDiskFull } => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: false,
                $"{what}: the disk is full. Nothing was stored. Free space, or set {setting} to a folder on a larger disk.",
                exception),
            PathTooLongException => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: false,
                $"{what}: the file's full path is longer than the operating system allows. Set {setting} to a folder with a shorter path.",
                exception),
            IOException { HResult: WindowsSharingViolation } => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: true,
                $"{what}: {exception.Message} Close what reads it and try again.",
                exception),
            IOException => new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                operation,
                isTransient: false,
                $"{what}: {exception.Message} Check that {setting} is a folder on a working disk and that no other program keeps its files open.",
                exception),
            _ => null,
        };
    }
}
