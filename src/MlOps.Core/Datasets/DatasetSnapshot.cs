using MlOps.Content;

namespace MlOps.Datasets;

/// <summary>The files and properties of a new version of a dataset.</summary>
public sealed class DatasetSnapshot
{
    /// <summary>Gets the files and folders on disk. A file is recorded with its name; the files of a folder are recorded with their paths below the
    /// folder.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the treatment of symbolic links among <see cref="Files"/> and below its folders.</summary>
    /// <value>The default is <see cref="SymbolicLinks.Refuse"/>.</value>
    public SymbolicLinks Links { get; init; }

    /// <summary>Gets the patterns of the files and folders to ignore.</summary>
    /// <value>
    /// The default is none. A pattern is a path below the folder, in which <c>*</c> matches any characters of a segment and <c>**</c> matches any
    /// folders. Case is ignored. A pattern of one segment, such as <c>*.tmp</c> or <c>.git</c>, applies to every folder. A folder is ignored with its
    /// content.
    /// </value>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Gets the streams to record, by their paths in the dataset.</summary>
    /// <value>
    /// The default is none. Each stream is read once, from its current position to its end, and does not have to be seekable. The caller disposes
    /// the streams. The content is written to a temporary file in <see cref="System.IO.Path.GetTempPath"/> first, because its digest determines where
    /// it is stored.
    /// </value>
    public IReadOnlyDictionary<string, Stream> Streams { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Gets the table readers for this snapshot, which take precedence over the registered readers.</summary>
    /// <value>
    /// The default is none. The last reader in the list that can read a file reads it. If none can, the registered readers are tried. A file that no reader
    /// can read is recorded without a profile. Use this property, for example, for a CSV file with decimal commas.
    /// </value>
    public IReadOnlyList<ITableReader> Readers { get; init; } = [];

    /// <summary>Gets the number of the version from which the new version is created.</summary>
    /// <value>The default, <see langword="null"/>, is the newest version at the start of the snapshot.</value>
    public int? Parent { get; init; }

    /// <summary>Gets the tags of the version.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the description of the version.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the origin of the data, such as a query, an address or the run of a pipeline.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the actor that creates the version.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }

    /// <summary>Gets a value indicating whether a version is recorded even if its files are the same as those of the newest version.</summary>
    /// <value>
    /// The default is <see langword="false"/>. If <see langword="true"/>, the snapshot looks up every file in the store and does not rely on the manifest
    /// of the parent, so that missing content is stored again.
    /// </value>
    public bool AllowUnchanged { get; init; }
}
