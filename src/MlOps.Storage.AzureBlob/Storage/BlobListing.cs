using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace MlOps.Storage;

/// <summary>Lists blobs as artifacts.</summary>
internal static class BlobListing
{
    /// <summary>Where UTF-16's order and that of UTF-8 part: services may keep either.</summary>
    private const char FirstSurrogate = '\uD800';

    public static IAsyncEnumerable<BlobItem> Start(
        BlobContainerClient container, string root, ArtifactPath? prefix, ArtifactPath? startAfter, CancellationToken cancellationToken)
    {
        var folder = prefix is null ? root : $"{root}{prefix}/";
        var start = startAfter is null ? null : root + startAfter;
        var canSkip = start is not null && start.StartsWith(folder, StringComparison.Ordinal) && start.All(static character => character < FirstSurrogate);

        // A hint that spares pages: it is inclusive, and older services ignore it, so the caller filters all the same.
        return container.GetBlobsAsync(new GetBlobsOptions { Prefix = folder, StartFrom = canSkip ? start : null }, cancellationToken);
    }

    /// <returns>The artifact; <see langword="null"/> if another tool stored the blob under a name that is no artifact's path.</returns>
    public static ArtifactEntry? ToEntry(BlobItem blob, string root) =>
        !blob.Name.StartsWith(root, StringComparison.Ordinal) || !ArtifactPath.TryParse(blob.Name[root.Length..], out var path) ? null
        : blob.Properties is { ContentLength: >= 0 and { } size, ETag: { } eTag, LastModified: { } lastModified } && lastModified != default
            ? new ArtifactEntry { Path = path, Size = size, ETag = BlobAttributes.ToText(eTag), LastModified = lastModified }
            : throw new FormatException($"The list states no valid size, ETag or Last-Modified of '{path}'.");
}
