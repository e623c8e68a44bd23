using System.Text.Json;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>One event of the history of a dataset. A property that does not belong to the kind is <see langword="null"/>.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class DatasetEvent : RecordEvent
{
    /// <summary>Gets the kind of the event.</summary>
    public new required DatasetEventKind Kind { get; init; }

    /// <summary>Gets the number of the version; <see langword="null"/> for an event of the dataset.</summary>
    public int? Version { get; init; }

    /// <summary>Gets the digest of an added version, as <see cref="DatasetVersion.Digest"/> defines it.</summary>
    public Sha256Digest? Digest { get; init; }

    /// <summary>Gets the digest of the manifest of an added version.</summary>
    public Sha256Digest? Manifest { get; init; }

    /// <summary>Gets the number of the parent of an added version.</summary>
    public int? Parent { get; init; }

    /// <summary>Gets the number of files of an added version.</summary>
    public int? FileCount { get; init; }

    /// <summary>Gets the total size of the files of an added version, in bytes.</summary>
    public long? TotalSize { get; init; }

    /// <summary>Gets the tags that were set. A tag with the value <see langword="null"/> was removed.</summary>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Gets the new description. An empty text removes the description.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the source of the data of an added version.</summary>
    public string? Source { get; init; }

    /// <inheritdoc/>
    internal override bool IsKnown => Enum.IsDefined(Kind);

    /// <inheritdoc/>
    private protected override JsonElement ToJson() => JsonSerializer.SerializeToElement(this, DatasetJson.Default.DatasetEvent);
}
