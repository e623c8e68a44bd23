using System.Security.Cryptography;
using System.Text;

namespace MlOps.Storage;

/// <summary>The folders of a local store: <c>objects</c> for artifacts, <c>tmp</c> for writes under way, <c>locks</c> for commits.</summary>
internal sealed class LocalDiskLayout(string root, string setting)
{
    /// <summary>Gets the name of the setting that says where the root is, for messages.</summary>
    public string Setting { get; } = setting;

    public string Root { get; } = Path.GetFullPath(root);

    public string Objects { get; } = Path.Combine(Path.GetFullPath(root), "objects");

    public string Temporary { get; } = Path.Combine(Path.GetFullPath(root), "tmp");

    public string Locks { get; } = Path.Combine(Path.GetFullPath(root), "locks");

    public string FolderOf(ArtifactPath? folder) => folder is null
        ? Objects
        : Path.Combine([Objects, .. folder.ToString().Split('/').Select(FileNames.Encode)]);

    /// <summary>Gets the file of an artifact, refusing one that a symbolic link would lead out of the store.</summary>
    public string FileOf(ArtifactPath path)
    {
        var file = FolderOf(path) + FileNames.ArtifactSuffix;
        ThrowIfLinkLeadsTo(file);
        return file;
    }

    /// <summary>Throws if any folder on the way from the root to an entry, or the entry itself, is a symbolic link.</summary>
    public void ThrowIfLinkLeadsTo(string entry)
    {
        for (; entry.Length >= Objects.Length; entry = Path.GetDirectoryName(entry)!)
        {
            ThrowIfLink(entry);
        }
    }

    /// <summary>Gets the lock file of an artifact's commits: one of 256, so that their number stays small and none need ever be deleted.</summary>
    public string LockOf(ArtifactPath path) =>
        Path.Combine(Locks, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path.ToString())).AsSpan(0, 1)));

    public void ThrowIfLink(string entry)
    {
        // An absent entry has all attribute bits set; on Windows also deduplicated and cloud files are reparse points.
        var item = new FileInfo(entry);
        if (item.Attributes is var attributes && (int)attributes != -1 && attributes.HasFlag(FileAttributes.ReparsePoint) && item.LinkTarget is not null)
        {
            throw new ProviderException(
                LocalDiskArtifactStore.ProviderName,
                "resolve",
                isTransient: false,
                $"'{entry}' is a symbolic link, which could lead out of the store at '{Root}'. Replace it with the file or folder it points to.");
        }
    }
}
