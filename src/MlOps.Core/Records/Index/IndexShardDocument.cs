namespace MlOps.Records;

/// <summary>One of the documents of an index, <c>index/&lt;kind&gt;/&lt;number&gt;.json.gz</c>: the records whose names have one hash.</summary>
internal sealed class IndexShardDocument
{
    public required int Format { get; init; }

    /// <summary>Gets a random value, so that no two documents have the same bytes and hence the same ETag.</summary>
    public required Guid Nonce { get; init; }

    /// <summary>Gets a value indicating whether each record of the shard is here or is announced. If not, the names must be read from the logs.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Gets the records.</summary>
    public IReadOnlyList<IndexRow> Rows { get; init => field = value ?? []; } = [];

    /// <summary>Gets the names of records whose logs could not be read.</summary>
    public IReadOnlyList<string> Unread { get; init => field = value ?? []; } = [];
}
