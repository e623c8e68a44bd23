namespace MlOps.Content;

/// <summary>The treatment of symbolic links among files that are stored.</summary>
/// <remarks>
/// A followed link is stored as a copy of its target under the link's path. A link that leads to nothing, or to a folder that contains it, is an error in
/// every case.
/// </remarks>
public enum SymbolicLinks
{
    /// <summary>A link is an error.</summary>
    Refuse,

    /// <summary>
    /// Links are followed to targets below the folder that was given; a link that leads out of it is an error. For a mounted Kubernetes ConfigMap, for
    /// example.
    /// </summary>
    FollowWithin,

    /// <summary>
    /// Links are followed to every target that this process may read. For a Hugging Face cache, for example, whose snapshots link to a folder beside them. A
    /// link in a folder that others
    /// write to can lead to any file of this machine.
    /// </summary>
    Follow,
}
