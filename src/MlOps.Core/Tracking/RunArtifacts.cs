using MlOps.Content;

namespace MlOps.Tracking;

/// <summary>Files to be kept with a run.</summary>
public sealed class RunArtifacts
{
    /// <summary>Gets the files and folders on disk.</summary>
    /// <value>The default is empty. A file is stored under its name, a folder's files under their paths below the folder.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the treatment of symbolic links below the folders of <see cref="Files"/>, and of files that are named by a link.</summary>
    /// <value>The default is <see cref="SymbolicLinks.Refuse"/>.</value>
    public SymbolicLinks Links { get; init; }

    /// <summary>Gets the patterns of files and folders that are left out.</summary>
    /// <value>
    /// The default is none. A pattern is a path below the folder: <c>*</c> stands for any characters of a segment, <c>**</c> for any folders, case is
    /// ignored. A pattern of one segment,
    /// such as <c>*.tmp</c> or <c>.git</c>, holds in every folder; a folder is left out with all that is below it.
    /// </value>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets streams by the paths they are to have; the caller disposes them.</summary>
    public IReadOnlyDictionary<string, Stream> Streams { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Gets the folder of the run that everything goes to, such as <c>plots</c>.</summary>
    /// <value>The default, <see langword="null"/>, is none.</value>
    public string? Folder { get; init; }
}
