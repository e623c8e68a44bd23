using MlOps.Content;

namespace MlOps.Datasets;

/// <summary>What to record as a version of a dataset.</summary>
public sealed class DatasetSnapshot
{
    /// <summary>Gets the files and folders on disk: a file is recorded under its name, a folder's files under their paths below the folder.</summary>
    /// <value>The default is none.</value>
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

    /// <summary>Gets the streams, each under the path its content is to have in the dataset.</summary>
    /// <value>
    /// The default is none. Each is read once, from its position to its end, and need not seek; the caller disposes it. Since content is stored under its digest, it goes
    /// through a temporary file in <see cref="System.IO.Path.GetTempPath"/>, which needs the room; memory stays bounded.
    /// </value>
    public IReadOnlyDictionary<string, Stream> Streams { get; init; } = new Dictionary<string, Stream>();

    /// <summary>Gets the readers of tables for this snapshot, which come before those that are registered.</summary>
    /// <value>
    /// The default is none. The last of those that can read a file reads it; a file that none of them can read is read by the registered ones. Files that are
    /// not read are recorded
    /// without a profile. A CSV file with decimal commas, for example, is read with the options of a reader that is made for it.
    /// </value>
    public IReadOnlyList<ITableReader> Readers { get; init; } = [];

    /// <summary>Gets the number of the version that this one was made from.</summary>
    /// <value>The default, <see langword="null"/>, is the newest one when the snapshot begins.</value>
    public int? Parent { get; init; }

    /// <summary>Gets the version's tags.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets a description of the version.</summary>
    public string? Description { get; init; }

    /// <summary>Gets where the data came from, such as a query, an address or a pipeline's run.</summary>
    public string? Source { get; init; }

    /// <summary>Gets who makes the version.</summary>
    /// <value>The default, <see langword="null"/>, is the operating system's user.</value>
    public string? Actor { get; init; }

    /// <summary>Gets a value indicating whether a version is recorded also if its files are exactly those of the newest one.</summary>
    /// <value>
    /// The default is <see langword="false"/>. With <see langword="true"/> every file is also looked for in the store instead of trusting the parent's list,
    /// so that bytes that have gone missing there are stored again.
    /// </value>
    public bool AllowUnchanged { get; init; }
}
