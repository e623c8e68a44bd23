namespace MlOps.Tracking;

/// <summary>Files to be kept with a run.</summary>
public sealed class RunArtifacts
{
    /// <summary>Gets the files and folders on disk.</summary>
    /// <value>The default is empty. A file is stored under its name, a folder's files under their paths below the folder.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets streams by the paths they are to have; the caller disposes them.</summary>
    public IReadOnlyDictionary<string, Stream> Streams { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Gets the folder of the run that everything goes to, such as <c>plots</c>.</summary>
    /// <value>The default, <see langword="null"/>, is none.</value>
    public string? Folder { get; init; }
}
