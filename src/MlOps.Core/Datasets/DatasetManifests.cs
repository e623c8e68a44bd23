using MlOps.Content;
using MlOps.Documents;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>Reads manifests, trusting nothing of what a store returns.</summary>
internal sealed class DatasetManifests(ContentStore content)
{
    /// <summary>Reads the list of a version's files.</summary>
    /// <exception cref="ArtifactNotFoundException">It is not in the store.</exception>
    /// <exception cref="ArtifactIntegrityException">It is not what was recorded.</exception>
    /// <exception cref="DocumentFormatException">It cannot be used: too large, of a newer format, or not this version's.</exception>
    public async Task<DatasetManifest> ReadAsync(DatasetVersion version, CancellationToken cancellationToken)
    {
        var path = ContentStore.PathOf(version.Manifest);
        var stored = await content.OpenReadAsync(version.Manifest, cancellationToken).ConfigureAwait(false);
        var bytes = await StoredDocument.ReadAsync(stored, DatasetManifest.MaxSize, StoredDocument.Restore, cancellationToken).ConfigureAwait(false);
        var manifest = StoredDocument.Parse(path, bytes, DatasetJson.Default.DatasetManifest);
        return manifest.FindFault(version) is { } fault ? throw new DocumentFormatException(path, $"{fault} It was altered; restore it from a copy.") : manifest;
    }
}
