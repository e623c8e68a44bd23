using System.Text.Json;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A record in the index: the state that its log folds to, up to some event.</summary>
internal sealed class IndexRow
{
    /// <summary>Gets the name of the record.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the number of the last event in the state.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the digest of the document of that event.</summary>
    public required Sha256Digest Digest { get; init; }

    /// <summary>Gets the state, as in a checkpoint. It is parsed by readers only: a writer copies the other rows of a shard as they are.</summary>
    public required JsonElement State { get; init; }
}
