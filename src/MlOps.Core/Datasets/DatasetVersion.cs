using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>One version of a dataset: which files it has never changes; what is said of it may.</summary>
/// <remarks>Immutable and thread-safe: a change gives a new object.</remarks>
public sealed class DatasetVersion
{
    /// <summary>Gets the dataset's name and the version's number.</summary>
    [JsonIgnore]
    public DatasetReference Reference => new(Dataset, Number);

    /// <summary>Gets the dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Gets the version's number.</summary>
    /// <value>1 or more; never used again for another version.</value>
    public required int Number { get; init; }

    /// <summary>
    /// Gets the digest of the version's digests: two versions have the same one exactly if they have the same paths with the same bytes. Which files are
    /// programs is no part of it.
    /// </summary>
    /// <value>
    /// The SHA-256 of a text in UTF-8 that has one line for each file, in the order of the paths' UTF-8 bytes: the file's SHA-256 in 64 lower-case hexadecimal digits, a space, its
    /// size in decimal digits, a space, its path, and a line feed (U+000A). No path has a line feed of its own.
    /// </value>
    public required Sha256Digest Digest { get; init; }

    /// <summary>Gets the digest of the document that lists the files, which is stored like any other content.</summary>
    public required Sha256Digest Manifest { get; init; }

    /// <summary>Gets the number of the version that this one was made from.</summary>
    /// <value><see langword="null"/> if there was none; it may have been deleted since.</value>
    public int? Parent { get; init; }

    /// <summary>Gets the number of files.</summary>
    /// <value>1 or more.</value>
    public required int FileCount { get; init; }

    /// <summary>Gets the size of all files together, in bytes.</summary>
    public required long TotalSize { get; init; }

    /// <summary>Gets the version's tags.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Tags { get; internal set => field = value ?? ImmutableSortedDictionary<string, string>.Empty; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets the version's description.</summary>
    [JsonInclude]
    public string? Description { get; internal set; }

    /// <summary>Gets where the data came from, as its author says.</summary>
    public string? Source { get; init; }

    /// <summary>Gets who made the version.</summary>
    [JsonPropertyName("author")]
    public required string Actor { get; init; }

    /// <summary>Gets when the version was recorded, by its author's clock.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Creates a copy with other tags and another description.</summary>
    internal DatasetVersion With(IReadOnlyDictionary<string, string> tags, string? description)
    {
        var copy = (DatasetVersion)MemberwiseClone();
        (copy.Tags, copy.Description) = (tags, description);
        return copy;
    }
}
