using Microsoft.Extensions.Logging;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Datasets;

/// <summary>The event logs of the datasets in a store.</summary>
internal sealed class DatasetRecords(IArtifactStore store, DatasetManifestReader manifests, string actor, TimeProvider timeProvider, ILogger logger)
    : NamedRecords<DatasetEvent, DatasetState>(store, "dataset", DatasetFold.Schema, actor, timeProvider, logger)
{
    /// <inheritdoc/>
    protected override IEnumerable<ContentReference> GetReferences(string owner, DatasetState state) => state.Versions.Select(version =>
        new ContentReference(version.Manifest, $"{owner} version {version.Number}", token => ReadFilesAsync(version, token)));

    private async Task<IReadOnlyList<Sha256Digest>> ReadFilesAsync(DatasetVersion version, CancellationToken cancellationToken) =>
        [.. (await manifests.ReadAsync(version, cancellationToken).ConfigureAwait(false)).Files.Select(static file => file.Sha256)];
}
