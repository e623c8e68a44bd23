using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Reads and validates the manifests of versions.</summary>
internal sealed class DatasetManifestReader(ContentStore content)
{
    /// <summary>Reads the manifest of a version.</summary>
    /// <exception cref="ArtifactNotFoundException">The manifest is not in the store.</exception>
    /// <exception cref="ArtifactIntegrityException">The content of the manifest does not match its digest.</exception>
    /// <exception cref="DocumentFormatException">The manifest is too large, has a newer format, or does not match the version.</exception>
    public async Task<DatasetManifest> ReadAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        var path = ContentStore.PathOf(version.Manifest);
        var stored = await content.OpenReadAsync(version.Manifest, cancellationToken).ConfigureAwait(false);
        var bytes = await StoredDocument.ReadAsync(stored, DatasetManifest.MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        var manifest = StoredDocument.Parse(path, bytes, DatasetJson.Default.DatasetManifest);
        return manifest.FindFault(version) is { } fault
            ? throw new DocumentFormatException(path, $"{fault} It was altered. {StoredDocument.Restore}")
            : manifest;
    }
}
