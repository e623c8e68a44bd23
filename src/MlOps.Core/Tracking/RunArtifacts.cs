using MlOps.Content;

namespace MlOps.Tracking;

/// <summary>Files to store with a run.</summary>
public sealed class RunArtifacts
{
    /// <summary>Gets the paths of local files and folders.</summary>
    /// <value>The default is empty. A file is stored under its name. The files of a folder are stored under their paths relative to the
    /// folder.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the treatment of symbolic links in the folders of <see cref="Files"/>, and of files that are specified by a
    /// link.</summary>
    /// <value>The default is <see cref="SymbolicLinks.Refuse"/>.</value>
    public SymbolicLinks Links { get; init; }

    /// <summary>Gets the patterns of the files and folders to exclude.</summary>
    /// <value>The default is empty. A pattern is a path relative to the folder: <c>*</c> matches any characters of a segment, and <c>**</c>
    /// matches any folders. Case is ignored. A pattern with one segment, such as <c>*.tmp</c> or <c>.git</c>, applies in every folder. A
    /// folder is excluded with all its contents.</value>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets the streams to store, by path in the run. The caller disposes the streams.</summary>
    public IReadOnlyDictionary<string, Stream> Streams { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Gets the folder in the run that receives all files, such as <c>plots</c>.</summary>
    /// <value>The default, <see langword="null"/>, is the root folder of the run.</value>
    public string? Folder { get; init; }
}
