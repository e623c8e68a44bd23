using Microsoft.Extensions.Logging;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <inheritdoc/>
/// <param name="store">The store.</param>
/// <param name="records">All kinds of record that reference content. The content of an omitted kind would be deleted.</param>
/// <param name="timeProvider">The clock for grace periods.</param>
/// <param name="logger">The logger for deletions and damage.</param>
internal sealed class StoreMaintenance(IArtifactStore store, IEnumerable<IRecordKind> records, TimeProvider timeProvider, ILogger<StoreMaintenance> logger)
    : IStoreMaintenance
{
    private readonly IRecordKind[] _records = [.. records];

    public async Task<GarbageReport> CollectGarbageAsync(
        GarbageCollectionOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        using var collection = new GarbageCollection(store, options ?? new GarbageCollectionOptions(), progress, timeProvider, logger);
        return await collection.RunAsync(_records, cancellationToken).ConfigureAwait(false);
    }

    public Task<VerificationReport> VerifyAsync(
        VerificationOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new Verification(store, options ?? new VerificationOptions(), progress, timeProvider).RunAsync(_records, cancellationToken);

    public Task<IReadOnlyList<RepairAction>> RepairAsync(RepairOptions? options = null, CancellationToken cancellationToken = default) =>
        options is { DryRun: false, Kinds.Count: 0 }
        ? throw new ArgumentException("RepairOptions.Kinds is empty. Make a dry run, and then set the kinds of repairs to make.", nameof(options))
        : new StoreRepair(store, options ?? new RepairOptions(), timeProvider, logger).RunAsync(_records, cancellationToken);
}
