using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>A version of a dataset. Its files never change; its tags and its description can be changed.</summary>
/// <remarks>Immutable and thread-safe. A change creates a new object.</remarks>
public sealed class DatasetVersion
{
    [JsonConstructor]
    internal DatasetVersion()
    {
    }

    /// <summary>Gets the name of the dataset and the number of the version.</summary>
    [JsonIgnore]
    public DatasetReference Reference => new(Dataset, Number);

    /// <summary>Gets the name of the dataset.</summary>
    [JsonInclude]
    [JsonRequired]
    public string Dataset { get; internal set; } = "";

    /// <summary>Gets the number of the version.</summary>
    /// <value>1 or more. The number of a deleted version is not reused.</value>
    [JsonInclude]
    [JsonRequired]
    public int Number { get; internal set; }

    /// <summary>Gets the digest of the files. Two versions have the same digest if and only if they have the same paths with the same content.</summary>
    /// <remarks>The digest does not cover the executable flags of the files.</remarks>
    /// <value>
    /// The SHA-256 of a UTF-8 text with one line for each file, in the order of the UTF-8 bytes of the paths. A line consists of the SHA-256 of the
    /// file as 64 lowercase hexadecimal digits, a space, the size in decimal digits, a space, the path, and a line feed (U+000A). Paths do not contain
    /// line feeds.
    /// </value>
    [JsonInclude]
    [JsonRequired]
    public Sha256Digest Digest { get; internal set; }

    /// <summary>Gets the digest of the manifest, which lists the files and is stored as content.</summary>
    [JsonInclude]
    [JsonRequired]
    public Sha256Digest Manifest { get; internal set; }

    /// <summary>Gets the number of the version from which this version was created.</summary>
    /// <value><see langword="null"/> for a version without a parent. The parent may have been deleted.</value>
    [JsonInclude]
    public int? Parent { get; internal set; }

    /// <summary>Gets the number of files.</summary>
    /// <value>1 or more.</value>
    [JsonInclude]
    [JsonRequired]
    public int FileCount { get; internal set; }

    /// <summary>Gets the total size of the files, in bytes.</summary>
    [JsonInclude]
    [JsonRequired]
    public long TotalSize { get; internal set; }

    /// <summary>Gets the tags of the version.</summary>
    [JsonInclude]
    public IReadOnlyDictionary<string, string> Tags { get; internal set => field = value ?? ImmutableSortedDictionary<string, string>.Empty; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets the description of the version.</summary>
    [JsonInclude]
    public string? Description { get; internal set; }

    /// <summary>Gets the origin of the data, as specified in <see cref="DatasetSnapshot.Source"/>.</summary>
    [JsonInclude]
    public string? Source { get; internal set; }

    /// <summary>Gets the actor that created the version.</summary>
    [JsonInclude]
    [JsonRequired]
    [JsonPropertyName("author")]
    public string Actor { get; internal set; } = "";

    /// <summary>Gets the time at which the version was recorded, by the clock of the writer.</summary>
    [JsonInclude]
    [JsonRequired]
    public DateTimeOffset Created { get; internal set; }

    /// <summary>Creates a copy with other tags and another description.</summary>
    internal DatasetVersion With(IReadOnlyDictionary<string, string> tags, string? description)
    {
        var copy = (DatasetVersion)MemberwiseClone();
        (copy.Tags, copy.Description) = (tags, description);
        return copy;
    }
}
