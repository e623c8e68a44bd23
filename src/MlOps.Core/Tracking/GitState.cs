using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The state of the git repository that a run's code came from.</summary>
public sealed class GitState
{
    /// <summary>No more untracked files are recorded.</summary>
    internal const int MaxUntrackedFiles = 100;

    /// <summary>Gets the commit that was checked out: 40 or 64 hexadecimal digits, or 7 to 64 from <see cref="TrackingOptions.GitCommit"/>.</summary>
    /// <value>Where there is no repository, the commit of the setting or of the version of the program.</value>
    public required string Commit { get; init; }

    /// <summary>Gets the branch.</summary>
    /// <value><see langword="null"/> if none was checked out.</value>
    public string? Branch { get; init; }

    /// <summary>Gets the address of the remote repository, without credentials.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets a value indicating whether files differed from the commit.</summary>
    /// <value>Files that the library itself writes, such as those of the store, do not count unless git tracks them. <see langword="null"/> if it is not known:
    /// there was no repository, or git did not answer.</value>
    public bool? IsDirty { get; init; }

    /// <summary>Gets the paths of files that git neither tracks nor ignores and that the library did not write, relative to the top folder of the repository.</summary>
    /// <value>At most 100, in ordinal order. A folder without tracked files is one path that ends in <c>/</c>. Empty in records of earlier versions of the library.</value>
    public IReadOnlyList<string> UntrackedFiles { get; init => field = value ?? []; } = [];

    /// <summary>Gets the digest of the difference, a patch that <c>git apply</c> takes unless <see cref="IsDiffAltered"/>.</summary>
    /// <value><see langword="null"/> if nothing differed, or if the difference could not be read.</value>
    public Sha256Digest? Diff { get; init; }

    /// <summary>Gets a value indicating whether the difference does not apply, because secrets in it are masked or it is truncated to
    /// <see cref="TrackingOptions.MaxDiffSize"/>. Its first lines state the reason.</summary>
    public bool IsDiffAltered { get; init; }
}
