using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>The document that lists the files and golden examples of a version. It is stored as content.</summary>
internal sealed class PackageManifest
{
    /// <summary>The maximum size of a manifest, in bytes. It has room for several hundred thousand files.</summary>
    public const int MaxSize = 64 << 20;

    public required int Format { get; init; }

    public required IReadOnlyList<ContentFile> Files { get; init; }

    public IReadOnlyList<GoldenExample> Examples { get; init => field = value ?? []; } = [];

    /// <summary>Reads a manifest.</summary>
    /// <exception cref="ArtifactNotFoundException">The manifest is not in the store.</exception>
    /// <exception cref="ArtifactIntegrityException">The content of the manifest does not match its digest.</exception>
    /// <exception cref="DocumentFormatException">The content is not a manifest.</exception>
    public static async Task<PackageManifest> ReadAsync(ContentStore store, Sha256Digest digest, CancellationToken cancellationToken)
    {
        var content = await store.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        var bytes = await StoredDocument.ReadAsync(content, MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        var path = ContentStore.PathOf(digest);
        var manifest = StoredDocument.Parse(path, bytes, RegistryJson.Default.PackageManifest);
        ContentFileList.ThrowIfInvalid(path, manifest.Files);
        return manifest.Examples.Contains(null!)
            ? throw new DocumentFormatException(path, $"one of its examples is null. It was altered. {StoredDocument.Restore}")
            : manifest;
    }
}
