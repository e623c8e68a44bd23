using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Registry;

/// <summary>The event logs of the models in a store.</summary>
internal sealed class ModelRecords(IArtifactStore store, ContentStore content, string actor, TimeProvider timeProvider, ILogger logger)
    : NamedRecords<ModelEvent, ModelState>(store, "model", ModelFold.Schema, actor, timeProvider, logger), IDatasetDependents
{
    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListDependentsAsync(string dataset, int? version, CancellationToken cancellationToken) =>
        ListAsync(cancellationToken).SelectMany(model => model.Snapshot.State.Versions
            .Where(trained => trained.Lineage.Datasets.Any(origin => origin.Name == dataset && (version is null || origin.Version == version)))
            .Select(trained => string.Create(CultureInfo.InvariantCulture, $"model '{model.Name}' version {trained.Number}")));

    /// <inheritdoc/>
    protected override IEnumerable<ContentReference> GetReferences(string owner, ModelState state) => state.Versions.Select(version =>
        new ContentReference(version.Manifest, $"{owner} version {version.Number}", token => ReadFilesAsync(version.Manifest, token)));

    /// <inheritdoc/>
    protected override IEnumerable<string> GetRunIds(ModelState state) => state.Versions.Select(static version => version.Lineage.RunId).OfType<string>();

    private async Task<IReadOnlyList<Sha256Digest>> ReadFilesAsync(Sha256Digest manifest, CancellationToken cancellationToken) =>
        [.. (await PackageManifest.ReadAsync(content, manifest, cancellationToken).ConfigureAwait(false)).Files.Select(static file => file.Sha256)];
}
