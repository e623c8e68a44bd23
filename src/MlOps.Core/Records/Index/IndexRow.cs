using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A row of the index: the state of a record after an event.</summary>
internal sealed class IndexRow
{
    /// <summary>Gets the name of the record.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the sequence number of the last event that the state includes.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the digest of the document of that event.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>Gets the state, as in a checkpoint. Only readers parse it; a writer copies the other rows of a shard unchanged.</summary>
    public required JsonElement State { get; init; }
}
