using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A kind of record that verification and garbage collection can read.</summary>
internal interface IRecordKind
{
    /// <summary>Gets the name of the kind in the store marker, such as <c>models</c>.</summary>
    string Kind { get; }

    /// <summary>Gets a value indicating whether records of this kind have no content, or content that can be created again. If so, garbage
    /// collection deletes content even if a record of this kind is damaged.</summary>
    bool IsReproducible { get; }

    /// <summary>Gets a value indicating whether the kind has an index for listings, which verification compares with the logs.</summary>
    bool HasIndex => false;

    /// <summary>Determines whether a folder contains a record of this kind.</summary>
    /// <param name="folder">A folder that contains a log.</param>
    bool Owns(ArtifactPath folder);

    /// <summary>Reads every record from its events, without checkpoints. A damaged record is returned with its fault, and the enumeration
    /// continues.</summary>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <returns>The records in the order of their folders, including deleted ones.</returns>
    IAsyncEnumerable<ReplayedRecord> ReadAsync(CancellationToken cancellationToken = default);
}
