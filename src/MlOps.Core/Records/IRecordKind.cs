using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A kind of record that verification and garbage collection read.</summary>
internal interface IRecordKind
{
    /// <summary>Gets the name of the kind in the store marker, such as <c>models</c>.</summary>
    string Kind { get; }

    /// <summary>Gets a value indicating whether the content of such records is none, or can be made again, so that a record that cannot be read keeps no
    /// content from being deleted.</summary>
    bool IsReproducible { get; }

    /// <summary>Gets a value indicating whether listings of the kind read an index, which verification compares with the logs.</summary>
    bool HasIndex => false;

    /// <summary>Determines whether a folder is the folder of a record of this kind.</summary>
    /// <param name="folder">A folder that has a log.</param>
    bool Owns(ArtifactPath folder);

    /// <summary>Reads every record from its events alone. A damaged record is reported in its reading, and the enumeration goes on.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The records in the order of their folders, deleted ones included.</returns>
    IAsyncEnumerable<ReplayedRecord> ReadAsync(CancellationToken cancellationToken = default);
}
