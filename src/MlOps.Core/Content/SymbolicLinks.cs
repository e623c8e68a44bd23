namespace MlOps.Content;

/// <summary>Specifies the treatment of symbolic links among the files to store.</summary>
/// <remarks>
/// A followed link is stored as a copy of its target under the path of the link. A link whose target does not exist, or is a folder that
/// contains the link, is always an error.
/// </remarks>
public enum SymbolicLinks
{
    /// <summary>A link is an error.</summary>
    Refuse,

    /// <summary>
    /// Links are followed if the target is below the source folder. Other links are errors. Use this value for a mounted Kubernetes ConfigMap,
    /// for example.
    /// </summary>
    FollowWithin,

    /// <summary>
    /// All links are followed. Use this value for a Hugging Face cache, for example, whose snapshots link to a sibling folder. If others can
    /// write to the folder, a link can expose any file that this process can read.
    /// </summary>
    Follow,
}
