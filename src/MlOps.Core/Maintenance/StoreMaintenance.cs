using Microsoft.Extensions.Logging;
using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <inheritdoc/>
/// <param name="store">The store.</param>
/// <param name="roots">Every kind of record that names content in it. One left out would lose its content.</param>
/// <param name="timeProvider">The clock of grace periods.</param>
/// <param name="logger">Told what is deleted.</param>
internal sealed class StoreMaintenance(IArtifactStore store, IEnumerable<IContentRoots> roots, TimeProvider timeProvider, ILogger<StoreMaintenance> logger)
    : IStoreMaintenance
{
    private readonly IContentRoots[] _roots = [.. roots];

    public async Task<GarbageReport> CollectGarbageAsync(
        GarbageCollectionOptions? options = null, IProgress<MaintenanceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var collection = new GarbageCollection(store, options ?? new GarbageCollectionOptions(), progress, timeProvider, logger);
        return await collection.RunAsync(_roots, cancellationToken).ConfigureAwait(false);
    }

    public Task<VerificationReport> VerifyAsync(
        VerificationOptions? options = null, IProgress<MaintenanceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new Verification(store, options ?? new VerificationOptions(), progress, timeProvider).RunAsync(_roots, cancellationToken);
}
