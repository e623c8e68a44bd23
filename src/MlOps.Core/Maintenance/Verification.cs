using MlOps.Content;
using MlOps.Documents;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>A verification of a store.</summary>
internal sealed class Verification(IArtifactStore store, VerificationOptions options, IProgress<OperationProgress>? progress, TimeProvider timeProvider)
{
    // Do not use the cache, because the store itself must be verified.
    private readonly ContentStore _content = new(store, timeProvider);
    private readonly Lock _lock = new();
    private readonly HashSet<string> _messages = [];
    private readonly List<StoreFault> _faults = [];
    private readonly long _started = timeProvider.GetTimestamp();
    private long _files;
    private long _bytes;

    public async Task<VerificationReport> RunAsync(IReadOnlyList<IRecordKind> records, CancellationToken cancellationToken)
    {
        await VerifyMarkerAsync(cancellationToken).ConfigureAwait(false);
        var named = new Dictionary<Sha256Digest, string>();
        foreach (var kind in records)
        {
            await ReadAsync(kind, named, cancellationToken).ConfigureAwait(false);
        }

        await Parallel.ForEachAsync(named, ContentStore.InParallel(cancellationToken), VerifyAsync).ConfigureAwait(false);
        return new VerificationReport
        {
            Files = _files,
            Bytes = _bytes,
            FaultCount = _messages.Count,
            Faults = _faults,
            Duration = timeProvider.GetElapsedTime(_started),
        };
    }

    /// <summary>Verifies the logs of a record kind, and adds the content that the records reference. A damaged record does not affect
    /// others.</summary>
    private async Task ReadAsync(IRecordKind kind, Dictionary<Sha256Digest, string> named, CancellationToken cancellationToken)
    {
        // Read the index before the logs, because the logs may change.
        using var audit = kind.HasIndex ? await BeginAuditAsync(kind, cancellationToken).ConfigureAwait(false) : null;
        var readings = kind.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = readings.ConfigureAwait(false);
        while (await TryMoveNextAsync(readings).ConfigureAwait(false))
        {
            var reading = readings.Current;
            AddFound(reading.Damage ?? reading.CheckpointFault);
            if (audit is not null)
            {
                AddFound(await FindIndexFaultAsync(audit, reading, cancellationToken).ConfigureAwait(false));
            }

            foreach (var reference in reading.References)
            {
                named.TryAdd(reference.Digest, reference.Owner);
                foreach (var file in await ReadFilesAsync(reference, cancellationToken).ConfigureAwait(false))
                {
                    named.TryAdd(file, reference.Owner);
                }
            }
        }

        if (audit is not null)
        {
            var orphans = audit.FindOrphansAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using var __ = orphans.ConfigureAwait(false);
            while (await TryMoveNextAsync(orphans).ConfigureAwait(false))
            {
                AddFound(orphans.Current);
            }
        }
    }

    /// <returns>The index, or <see langword="null"/> if it cannot be read, which is reported as a fault.</returns>
    private async Task<IndexAudit?> BeginAuditAsync(IRecordKind kind, CancellationToken cancellationToken)
    {
        try
        {
            var audit = await IndexAudit.BeginAsync(store, kind.Kind, cancellationToken).ConfigureAwait(false);
            foreach (var fault in audit.Faults)
            {
                AddFound(fault);
            }

            return audit;
        }
        catch (MlOpsException exception) when (IsFault(exception))
        {
            AddFound(exception);
            return null;
        }
    }

    private static async Task<MlOpsException?> FindIndexFaultAsync(IndexAudit audit, ReplayedRecord reading, CancellationToken cancellationToken)
    {
        try
        {
            var isDamaged = reading.Damage is not null;
            return await audit.FindFaultAsync(reading.Folder.Name, reading.ToRow?.Invoke(), isDamaged, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (IsFault(exception))
        {
            return exception;
        }
    }

    private void AddFound(MlOpsException? fault)
    {
        if (fault is not null)
        {
            Add(fault, owner: null);
            progress?.Report(new OperationProgress(MaintenanceStep.VerifyingLogs, _messages.Count));
        }
    }

    private async Task<IReadOnlyList<Sha256Digest>> ReadFilesAsync(ContentReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return reference.ReadFilesAsync is null ? [] : await reference.ReadFilesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (IsFault(exception))
        {
            Add(exception, reference.Owner, reference.Digest);
            return [];
        }
    }

    private async Task VerifyMarkerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StoreMarker.Of(store).ReadWholeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (IsFault(exception))
        {
            Add(exception, owner: null);
        }
    }

    /// <summary>Moves to the next record. A record that cannot be read is reported as a fault and ends the enumeration of its kind.</summary>
    private async Task<bool> TryMoveNextAsync<T>(IAsyncEnumerator<T> records)
    {
        try
        {
            return await records.MoveNextAsync().ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (IsFault(exception))
        {
            Add(exception, owner: null);
            return false;
        }
    }

    private async ValueTask VerifyAsync(KeyValuePair<Sha256Digest, string> named, CancellationToken cancellationToken)
    {
        var size = 0L;
        try
        {
            size = options.ReadContent
                ? await ReadAsync(named.Key, cancellationToken).ConfigureAwait(false)
                : await FindAsync(named.Key, cancellationToken).ConfigureAwait(false);
        }
        catch (MlOpsException exception) when (IsFault(exception))
        {
            Add(exception, named.Value, named.Key);
        }

        lock (_lock)
        {
            (_files, _bytes) = (_files + 1, _bytes + size);
            progress?.Report(new OperationProgress(MaintenanceStep.VerifyingContent, _files, bytes: _bytes));
        }
    }

    private async Task<long> ReadAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var content = await _content.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        await using var _ = content.ConfigureAwait(false);
        await content.Stream.CopyToAsync(Stream.Null, 1 << 20, cancellationToken).ConfigureAwait(false);
        return content.Info.Size;
    }

    private async Task<long> FindAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        var path = ContentStore.PathOf(digest);
        var info = await store.FindAsync(path, cancellationToken).ConfigureAwait(false) ?? throw new ArtifactNotFoundException(path);
        return info.Sha256 is null || info.Sha256 == digest
            ? info.Size
            : throw new ArtifactIntegrityException(path, digest, info.Sha256, "Its content does not match the digest in its path.");
    }

    private void Add(MlOpsException exception, string? owner, Sha256Digest? named = null)
    {
        var fault = StoreFault.Of(exception, owner, named);
        lock (_lock)
        {
            // The verification of a log and the reading of its records may find the same fault.
            if (_messages.Add(fault.Message) && _faults.Count < options.MaxFaults)
            {
                _faults.Add(fault);
            }
        }
    }

    /// <summary>Distinguishes faults of the stored data from failures to access the store.</summary>
    private static bool IsFault(MlOpsException exception) => exception is not (ProviderException or ArtifactAccessDeniedException or ProviderContractException);
}
