using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace MlOps.Storage;

/// <summary>Lists blobs as artifacts.</summary>
internal static class BlobListing
{
    /// <summary>The first character from which the orders of UTF-16 and UTF-8 differ. Services may use either.</summary>
    private const char FirstSurrogate = '\uD800';

    public static IAsyncEnumerable<BlobItem> Start(
        BlobContainerClient container, string root, ArtifactPath? prefix, ArtifactPath? startAfter, CancellationToken cancellationToken)
    {
        var folder = prefix is null ? root : $"{root}{prefix}/";
        var start = startAfter is null ? null : root + startAfter;
        var canSkip = start is not null && start.StartsWith(folder, StringComparison.Ordinal) && start.All(static character => character < FirstSurrogate);

        // A hint that skips pages. It is inclusive and older services ignore it, so the caller also filters.
        return container.GetBlobsAsync(new GetBlobsOptions { Prefix = folder, StartFrom = canSkip ? start : null }, cancellationToken);
    }

    /// <returns>The artifact, or <see langword="null"/> if the name of the blob is not a valid artifact path.</returns>
    public static ArtifactEntry? ToEntry(BlobItem blob, string root) =>
        !blob.Name.StartsWith(root, StringComparison.Ordinal) || !ArtifactPath.TryParse(blob.Name[root.Length..], out var path) ? null
        : blob.Properties is { ContentLength: >= 0 and { } size, ETag: { } eTag, LastModified: { } lastModified } && lastModified != default
            ? new ArtifactEntry { Path = path, Size = size, ETag = BlobAttributes.ToText(eTag), LastModified = lastModified }
            : throw new FormatException($"The list contains no valid size, ETag or Last-Modified of '{path}'.");
}
