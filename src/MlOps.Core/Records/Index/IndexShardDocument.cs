namespace MlOps.Records;

/// <summary>The document <c>index/&lt;kind&gt;/&lt;number&gt;.json.gz</c>, which contains the rows of the records whose names map to the
/// same shard; see <see cref="IndexPaths.ShardOf"/>.</summary>
internal sealed class IndexShardDocument
{
    public required int Format { get; init; }

    /// <summary>Gets a random value. It makes the bytes, and therefore the ETag, of each document unique.</summary>
    public required Guid Nonce { get; init; }

    /// <summary>Gets a value indicating whether each record of the shard has a row or an announcement. Otherwise, the records must be
    /// listed.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Gets the rows.</summary>
    public IReadOnlyList<IndexRow> Rows { get; init => field = value ?? []; } = [];

    /// <summary>Gets the names of records whose logs could not be read.</summary>
    public IReadOnlyList<string> Unread { get; init => field = value ?? []; } = [];
}
