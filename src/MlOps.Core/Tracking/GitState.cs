using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The state of the git repository that a run's code came from.</summary>
public sealed class GitState
{
    /// <summary>Gets the commit that was checked out: 40 or 64 hexadecimal digits.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the branch.</summary>
    /// <value><see langword="null"/> if none was checked out.</value>
    public string? Branch { get; init; }

    /// <summary>Gets the address of the remote repository, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets a value indicating whether files differed from the commit.</summary>
    public bool IsDirty { get; init; }

    /// <summary>Gets the digest of the difference, as a patch that <c>git apply</c> takes.</summary>
    /// <value><see langword="null"/> if nothing differed, or if it is larger than <see cref="TrackingOptions.MaxDiffSize"/>.</value>
    public Sha256Digest? Diff { get; init; }
}
