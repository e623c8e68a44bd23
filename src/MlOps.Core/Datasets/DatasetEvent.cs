using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Something that was recorded of a dataset. What does not apply to its kind is <see langword="null"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class DatasetEvent
{
    /// <summary>Gets the event's number in the dataset's history: 1, 2, 3 … without a gap.</summary>
    [JsonIgnore]
    public long Sequence { get; internal init; }

    /// <summary>Gets when it was recorded, by the writer's clock.</summary>
    [JsonIgnore]
    public DateTimeOffset Time { get; internal init; }

    /// <summary>Gets who recorded it.</summary>
    [JsonIgnore]
    public string Actor { get; internal init; } = "";

    /// <summary>Gets what happened.</summary>
    public required DatasetEventKind Kind { get; init; }

    /// <summary>Gets the number of the version it is about.</summary>
    /// <value><see langword="null"/> if it is about the dataset itself.</value>
    public int? Version { get; init; }

    /// <summary>Gets the digest of an added version, as <see cref="DatasetVersion.Digest"/> defines it.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Gets the digest of the document that lists an added version's files.</summary>
    public Sha256Digest? Manifest { get; init; }

    /// <summary>Gets the number of the version that an added one was made from.</summary>
    public int? Parent { get; init; }

    /// <summary>Gets the number of files of an added version.</summary>
    public int? FileCount { get; init; }

    /// <summary>Gets the size of all files of an added version, in bytes.</summary>
    public long? TotalSize { get; init; }

    /// <summary>Gets the tags that were set; those with the value <see langword="null"/> were removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Gets the new description; an empty one was removed.</summary>
    public string? Description { get; init; }

    /// <summary>Gets where an added version's data came from.</summary>
    public string? Source { get; init; }

    /// <summary>Gets the reason that was given.</summary>
    public string? Reason { get; init; }

    /// <summary>Makes the event that adds the version of a number.</summary>
    internal DatasetEvent For(int version) => Copy(version, 0, default, "");

    /// <summary>Makes the event as it is in the history.</summary>
    internal DatasetEvent As(long sequence, DateTimeOffset time, string actor) => Copy(Version, sequence, time, actor);

    private DatasetEvent Copy(int? version, long sequence, DateTimeOffset time, string actor) => new()
    {
        Sequence = sequence,
        Time = time,
        Actor = actor,
        Kind = Kind,
        Version = version,
        Digest = Digest,
        Manifest = Manifest,
        Parent = Parent,
        FileCount = FileCount,
        TotalSize = TotalSize,
        Tags = Tags,
        Description = Description,
        Source = Source,
        Reason = Reason,
    };
}
