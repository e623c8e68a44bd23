using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Records;

/// <summary>A shard of an index that was read from the store.</summary>
/// <param name="ETag">The ETag, or <see langword="null"/> if the shard does not exist or cannot be read.</param>
/// <param name="Fault">The reason why the shard cannot be read, or <see langword="null"/>.</param>
/// <param name="IsComplete">Whether each record of the shard has a row or an announcement.</param>
/// <param name="Rows">The rows by the name of the record.</param>
/// <param name="Unread">The names of records whose logs could not be read.</param>
internal sealed record IndexShard(
    string? ETag, MlOpsException? Fault, bool IsComplete, ImmutableDictionary<string, IndexRow> Rows, ImmutableHashSet<string> Unread)
{
    /// <summary>The maximum size of a shard, in bytes, both compressed and uncompressed.</summary>
    public const int MaxSize = 1 << 30;

    /// <summary>Gets a shard that represents a document that does not exist.</summary>
    public static IndexShard Absent { get; } =
        new(null, null, false, ImmutableDictionary.Create<string, IndexRow>(StringComparer.Ordinal), ImmutableHashSet.Create<string>(StringComparer.Ordinal));

    /// <summary>Gets the condition for replacing the shard. A damaged shard is replaced unconditionally.</summary>
    public WriteCondition Condition => Fault is not null ? WriteCondition.None : ETag is null ? WriteCondition.IfAbsent : WriteCondition.IfMatch(ETag);

    /// <summary>Decompresses and parses a shard.</summary>
    /// <exception cref="DocumentFormatException">The shard cannot be read.</exception>
    public static IndexShard Unpack(ArtifactPath path, string eTag, byte[] packed)
    {
        try
        {
            using var unpacking = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var json = new MemoryStream();
            Span<byte> buffer = stackalloc byte[1 << 14];
            while (unpacking.Read(buffer) is var count and > 0)
            {
                json.Write(buffer[..count]);
                if (json.Length > MaxSize)
                {
                    throw new DocumentFormatException(path, $"it has more than {MaxSize} bytes when it is decompressed. Delete it: it is a cache.");
                }
            }

            var document = StoredDocument.Parse(path, json.GetBuffer().AsSpan(0, (int)json.Length), IndexJson.Default.IndexShardDocument);
            return Absent with
            {
                ETag = eTag,
                IsComplete = document.IsComplete,
                Rows = document.Rows.ToImmutableDictionary(static row => row.Name, StringComparer.Ordinal),
                Unread = document.Unread.ToImmutableHashSet(StringComparer.Ordinal),
            };
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw new DocumentFormatException(path, $"{exception.Message} It was truncated or altered. Delete it: it is a cache.", exception);
        }
    }

    /// <summary>Replaces rows, and removes their records from <see cref="Unread"/>.</summary>
    public IndexShard With(IReadOnlyList<IndexRow> rows) => this with
    {
        Rows = Rows.SetItems(rows.Select(static row => KeyValuePair.Create(row.Name, row))),
        Unread = Unread.Except(rows.Select(static row => row.Name)),
    };

    /// <summary>Serializes and compresses the shard.</summary>
    public byte[] Pack()
    {
        var document = new IndexShardDocument
        {
            Format = StoredDocument.Format,
            Nonce = Guid.NewGuid(),
            IsComplete = IsComplete,
            Rows = [.. Rows.Values.OrderBy(static row => row.Name, StringComparer.Ordinal)],
            Unread = [.. Unread.Order(StringComparer.Ordinal)],
        };
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(packing, document, IndexJson.Default.IndexShardDocument);
        }

        return packed.ToArray();
    }
}
