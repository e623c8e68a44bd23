using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The state of the git repository that a run's code came from.</summary>
public sealed class GitState
{
    /// <summary>No more untracked files are recorded.</summary>
    internal const int MaxUntrackedFiles = 100;

    /// <summary>Gets the commit that was checked out: 40 or 64 hexadecimal digits.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the branch.</summary>
    /// <value><see langword="null"/> if none was checked out.</value>
    public string? Branch { get; init; }

    /// <summary>Gets the address of the remote repository, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets a value indicating whether files differed from the commit.</summary>
    /// <value>Files that the library itself writes, such as those of the store, do not count unless git tracks them.</value>
    public bool IsDirty { get; init; }

    /// <summary>Gets the paths of files that git neither tracks nor ignores and that the library did not write, relative to the top folder of the repository.</summary>
    /// <value>At most 100, in ordinal order. A folder without tracked files is one path that ends in <c>/</c>. Empty in records of earlier versions of the library.</value>
    public IReadOnlyList<string> UntrackedFiles { get; init => field = value ?? []; } = [];

    /// <summary>Gets the digest of the difference, as a patch that <c>git apply</c> takes.</summary>
    /// <value><see langword="null"/> if nothing differed, or if it is larger than <see cref="TrackingOptions.MaxDiffSize"/>.</value>
    public Sha256Digest? Diff { get; init; }
}
