namespace MlOps.Datasets;

/// <summary>How a folder on disk differs from a version of a dataset.</summary>
/// <remarks>Immutable and thread-safe. Paths are those below the folder, with <c>/</c> between segments, in the order of their UTF-8 bytes.</remarks>
public sealed class FolderStatus
{
    internal FolderStatus()
    {
    }

    /// <summary>Gets the files that are in the folder and not in the version.</summary>
    public required IReadOnlyList<string> Added { get; init; }

    /// <summary>Gets the files that are in the version and not in the folder.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>Gets the files that have other bytes in the folder than in the version.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>Gets the number of files that are the same.</summary>
    public required int UnchangedCount { get; init; }

    /// <summary>Gets a value indicating whether the folder holds exactly the version's files.</summary>
    public bool IsUnchanged => Added.Count + Removed.Count + Changed.Count == 0;
}
