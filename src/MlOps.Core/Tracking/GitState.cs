using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The state of the git repository that contains the code of a run.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class GitState
{
    /// <summary>The maximum number of untracked files that are recorded.</summary>
    internal const int MaxUntrackedFiles = 100;

    [JsonConstructor]
    internal GitState()
    {
    }

    /// <summary>Gets the commit: 40 or 64 hexadecimal digits, or 7 to 64 digits from <see cref="TrackingOptions.GitCommit"/>.</summary>
    /// <value>Without a repository, the commit in the setting or in the version of the program.</value>
    [JsonInclude]
    [JsonRequired]
    public string Commit { get; internal init; } = "";

    /// <summary>Gets the name of the branch.</summary>
    /// <value><see langword="null"/> if no branch was checked out.</value>
    [JsonInclude]
    public string? Branch { get; internal init; }

    /// <summary>Gets the URL of the remote repository, without credentials.</summary>
    [JsonInclude]
    public string? Remote { get; internal init; }

    /// <summary>Gets a value indicating whether files differed from the commit.</summary>
    /// <value><see langword="null"/> if the state is unknown because there was no repository or git failed. Untracked files that the
    /// library writes, such as the files of the store, are ignored.</value>
    [JsonInclude]
    public bool? IsDirty { get; internal init; }

    /// <summary>Gets the paths of the untracked files, relative to the root folder of the repository.</summary>
    /// <value>At most 100 paths in ordinal order. A folder without tracked files is one path that ends in <c>/</c>. Ignored files and files
    /// that the library writes are excluded. Empty in the records of earlier versions of the library.</value>
    [JsonInclude]
    public IReadOnlyList<string> UntrackedFiles { get; internal init => field = value ?? []; } = [];

    /// <summary>Gets the digest of the patch that contains the differences from the commit.</summary>
    /// <value><see langword="null"/> if there was no difference, or if the patch could not be read.</value>
    [JsonInclude]
    public Sha256Digest? Diff { get; internal init; }

    /// <summary>Gets a value indicating whether the patch cannot be applied, because secrets in it are masked or it is truncated.</summary>
    /// <value>The first lines of the patch state the reason. <see cref="TrackingOptions.MaxDiffSize"/> limits the size.</value>
    [JsonInclude]
    public bool IsDiffAltered { get; internal init; }
}
