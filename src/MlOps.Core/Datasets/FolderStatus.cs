namespace MlOps.Datasets;

/// <summary>The differences between a folder on disk and a version of a dataset.</summary>
/// <remarks>
/// Immutable and thread-safe. Paths are relative to the folder, have <c>/</c> between segments, and are in the order of their UTF-8 bytes.
/// </remarks>
public sealed class FolderStatus
{
    internal FolderStatus()
    {
    }

    /// <summary>Gets the files that exist only in the folder.</summary>
    public IReadOnlyList<string> Added { get; internal init; } = [];

    /// <summary>Gets the files that exist only in the version.</summary>
    public IReadOnlyList<string> Removed { get; internal init; } = [];

    /// <summary>Gets the files whose content differs.</summary>
    public IReadOnlyList<string> Changed { get; internal init; } = [];

    /// <summary>Gets the number of files with the same content.</summary>
    public int UnchangedCount { get; internal init; }

    /// <summary>Gets a value indicating whether the folder contains exactly the files of the version.</summary>
    public bool IsUnchanged => Added.Count + Removed.Count + Changed.Count == 0;
}
