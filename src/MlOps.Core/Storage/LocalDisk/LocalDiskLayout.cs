using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;

namespace MlOps.Storage;

/// <summary>Provides the folders of a local store: <c>objects</c> for artifacts, <c>tmp</c> for writes in progress, <c>locks</c> for commits.</summary>
internal sealed partial class LocalDiskLayout(string root, string setting, UnixFileMode? folderMode = null)
{
    private const UnixFileMode ReadAndWrite =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Gets the pattern of the folder names of the store.</summary>
    public static Regex OwnNames => OwnName();

    /// <summary>
    /// Gets the permissions of new folders and, without the execute permission, of new files; <see langword="null"/> for those of the umask.
    /// </summary>
    public UnixFileMode? FolderMode { get; } = OperatingSystem.IsWindows() ? null : folderMode;

    /// <summary>Gets the name of the setting for the root, for messages.</summary>
    public string Setting { get; } = setting;

    public string Root { get; } = Path.GetFullPath(root);

    public string Objects { get; } = Path.Combine(Path.GetFullPath(root), "objects");

    public string Temporary { get; } = Path.Combine(Path.GetFullPath(root), "tmp");

    public string Locks { get; } = Path.Combine(Path.GetFullPath(root), "locks");

    /// <summary>Creates a folder and the missing folders above it, with the permissions of the settings.</summary>
    public void CreateFolder(string folder)
    {
        if (FolderMode is not { } mode || OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            CreateFolder(Path.GetDirectoryName(folder)!);
            Directory.CreateDirectory(folder, mode);

            SetMode(folder, mode);
        }
    }

    /// <summary>Sets the permissions of a new folder, because the umask of the process has removed some of them.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void SetMode(string folder, UnixFileMode mode)
    {
        try
        {
            if (File.GetUnixFileMode(folder) != mode)
            {
                File.SetUnixFileMode(folder, mode);
            }
        }
        catch (UnauthorizedAccessException)
        {
            // A process of another user has created the folder and sets its permissions.
        }
    }

    /// <summary>Sets the permissions of a new file.</summary>
    public void SetMode(SafeFileHandle file)
    {
        if (FolderMode is { } mode && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode & ReadAndWrite);
        }
    }

    [GeneratedRegex(@"^(objects|tmp|locks)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    public string FolderOf(ArtifactPath? folder) => folder is null
        ? Objects
        : Path.Combine([Objects, .. folder.ToString().Split('/').Select(FileNames.Encode)]);

    /// <summary>Gets the file of an artifact. Throws if its path contains a symbolic link, which could lead out of the store.</summary>
    public string FileOf(ArtifactPath path)
    {
        var file = FolderOf(path) + FileNames.ArtifactSuffix;
        ThrowIfLinkLeadsTo(file);
        return file;
    }

    /// <summary>Throws if an entry or one of its parent folders in the store is a symbolic link.</summary>
    public void ThrowIfLinkLeadsTo(string entry)
    {
        for (; entry.Length >= Objects.Length; entry = Path.GetDirectoryName(entry)!)
        {
            ThrowIfLink(entry);
        }
    }

    /// <summary>Gets the lock file for commits of an artifact. There are 256 lock files, which are never deleted.</summary>
    public string LockOf(ArtifactPath path) =>
        Path.Combine(Locks, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToString())).AsSpan(0, 1)));

    public void ThrowIfLink(string entry)
    {
        // On Windows, deduplicated and cloud files are also reparse points, and reading their target opens them.
        var item = new FileInfo(entry);
        var canBeLink = !OperatingSystem.IsWindows()
            || (item.Attributes is var attributes && (int)attributes != -1 && attributes.HasFlag(FileAttributes.ReparsePoint));
        if (canBeLink && item.LinkTarget is not null)
        {
            throw new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                "resolve",
                isTransient: false,
                $"'{entry}' is a symbolic link, which could lead out of the store at '{Root}'. Replace it with the file or folder it points to.");
        }
    }
}
