using System.Diagnostics.CodeAnalysis;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Migration;

/// <summary>Classifies artifacts by their paths: content, events, and data that belongs to one store. <c>FORMAT.md</c> specifies the
/// paths.</summary>
internal static class StoreLayout
{
    private static readonly ArtifactPath s_collection = ArtifactPath.Parse("gc");

    /// <summary>Gets the folders that contain logs.</summary>
    public static IReadOnlyList<ArtifactPath> RecordFolders { get; } =
        [ArtifactPath.Parse("datasets"), ArtifactPath.Parse("experiments"), ArtifactPath.Parse("models")];

    private static readonly IReadOnlyList<ArtifactPath> s_indexes = [.. RecordFolders.Select(static folder => IndexPaths.Folder(folder.Name))];

    /// <summary>Determines whether an artifact belongs to one store and is not copied: the marker, the results of probes, a checkpoint, an
    /// index, or a mark of a garbage collection.</summary>
    public static bool IsLocal(ArtifactPath path) =>
        path == StoreMarker.Path
        || path == ConditionVerdicts.Path
        || path.IsBelow(s_collection)
        || s_indexes.Any(path.IsBelow)
        || (CheckpointNames.All.Contains(path.Name) && RecordFolders.Any(path.IsBelow));

    /// <summary>Gets the kind and the name of a record that has a row in an index: a record directly below a folder of records.</summary>
    public static (string Kind, string Name)? FindIndexed(ArtifactPath log) =>
        log.ToString().Split('/') is [var kind, var name] && RecordFolders.Any(folder => folder.Name == kind) ? (kind, name) : null;

    /// <summary>Parses the path of an event, <c>&lt;log&gt;/log/&lt;20 digits&gt;.json</c>, below a folder of records.</summary>
    public static bool TryParseEvent(ArtifactPath path, [NotNullWhen(true)] out ArtifactPath? log, out long sequence) =>
        EventPath.TryParse(path, out log, out sequence) && RecordFolders.Any(path.IsBelow);

    public static bool IsEvent(ArtifactPath path) => TryParseEvent(path, out _, out _);

    /// <summary>Gets the digest of content from its path, or <see langword="null"/> if the artifact is not content.</summary>
    public static Sha256Digest? FindDigest(ArtifactPath path) =>
        Sha256Digest.TryParse(path.Name, out var digest) && ContentStore.PathOf(digest) == path ? digest : null;

    /// <summary>Gets the intersection of two folders: the inner one, or <see langword="null"/> if neither contains the other.</summary>
    /// <param name="folder">A folder.</param>
    /// <param name="prefix">Another folder, or <see langword="null"/> for the whole store.</param>
    public static ArtifactPath? FindCommon(ArtifactPath folder, ArtifactPath? prefix) =>
        prefix is null || folder == prefix || folder.IsBelow(prefix) ? folder
        : prefix.IsBelow(folder) ? prefix
        : null;
}
