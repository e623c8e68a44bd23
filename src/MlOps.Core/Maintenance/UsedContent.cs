using Microsoft.Extensions.Logging;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Computes the content that records reference, from their events alone, and collects the damaged records.</summary>
internal sealed partial class UsedContent(IArtifactStore store, RecordRemovals removals, IProgress<OperationProgress>? progress, ILogger logger)
{
    private readonly HashSet<Sha256Digest> _digests = [];
    private readonly Dictionary<ArtifactPath, HashSet<Sha256Digest>> _released = [];
    private readonly HashSet<Sha256Digest> _allReleased = [];
    private readonly List<StoreFault> _damaged = [];

    /// <summary>Gets the number of distinct files that records reference.</summary>
    public int Count => _digests.Count;

    /// <summary>Gets the faults of records: damaged events, damaged lists of files, and checkpoints that do not match the events.</summary>
    public IReadOnlyList<StoreFault> Damaged => _damaged;

    /// <summary>Gets the checkpoints that do not match the events.</summary>
    public List<ArtifactPath> Checkpoints { get; } = [];

    /// <summary>Gets a value indicating whether a damaged record may reference content that is not known.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Determines whether a record is known to reference content.</summary>
    public bool Contains(Sha256Digest digest) => _digests.Contains(digest) || _allReleased.Contains(digest);

    /// <summary>Determines whether content is referenced only by records that this collection removes.</summary>
    public bool IsReleased(Sha256Digest digest) => !_digests.Contains(digest) && _allReleased.Contains(digest);

    /// <summary>Keeps the content of a record that was not removed.</summary>
    public void Keep(ArtifactPath folder) => _digests.UnionWith(_released[folder]);

    /// <summary>Reads all records of a kind.</summary>
    public async Task ReadAsync(IRecordKind kind, CancellationToken cancellationToken)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        var readings = kind.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = readings.ConfigureAwait(false);
        while (await TryMoveNextAsync(kind, readings).ConfigureAwait(false))
        {
            await AddAsync(kind, readings.Current, cancellationToken).ConfigureAwait(false);
            last[readings.Current.Folder.Name] = readings.Current.Damage is null ? readings.Current.Sequence : long.MaxValue; // damage is reported separately
            progress?.Report(new OperationProgress(MaintenanceStep.ReadingRecords, _digests.Count));
        }

        if (kind.HasIndex)
        {
            await AddLostAsync(kind, last, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds faults for events that are missing according to the index. The index adds no references, because it is a cache.</summary>
    private async Task AddLostAsync(IRecordKind kind, Dictionary<string, long> last, CancellationToken cancellationToken)
    {
        try
        {
            using var audit = await IndexAudit.BeginAsync(store, kind.Kind, cancellationToken).ConfigureAwait(false);
            await foreach (var (name, fault) in audit.FindLostAsync(last, cancellationToken).ConfigureAwait(false))
            {
                AddDamage(fault, $"{kind.Kind}/{name}", isComplete: kind.IsReproducible);
            }
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or DocumentFormatException)
        {
            AddDamage(exception, $"the index of {kind.Kind}", isComplete: true);
        }
    }

    private async Task<bool> TryMoveNextAsync(IRecordKind kind, IAsyncEnumerator<ReplayedRecord> readings)
    {
        try
        {
            return await readings.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ArtifactIntegrityException exception)
        {
            // A file is so damaged that it cannot be listed. It may be the only file of its record.
            AddDamage(exception, exception.Path.ToString(), isComplete: kind.IsReproducible);
            return false;
        }
    }

    private async Task AddAsync(IRecordKind kind, ReplayedRecord reading, CancellationToken cancellationToken)
    {
        if (reading.CheckpointFault is { } fault)
        {
            var described = StoreFault.Of(fault, reading.Owner, null);
            _damaged.Add(described);
            Checkpoints.Add(described.Path!);
        }

        if (reading.Damage is { } damage)
        {
            var record = new DamagedRecordScan(store, reading.Folder, logger);
            await record.ReadAsync(cancellationToken).ConfigureAwait(false);
            _digests.UnionWith(record.Content);
            removals.AddNeededRuns(record.RunIds);
            AddDamage(damage, reading.Owner, record.IsComplete || kind.IsReproducible);
        }

        var digests = _digests;
        if (await removals.ConsiderAsync(kind, reading, cancellationToken).ConfigureAwait(false))
        {
            _released[reading.Folder] = digests = [];
        }

        foreach (var reference in reading.References)
        {
            digests.Add(reference.Digest);
            if (reference.ReadFilesAsync is not null)
            {
                await AddFilesAsync(kind, reference, reference.ReadFilesAsync, digests, cancellationToken).ConfigureAwait(false);
            }
        }

        if (digests != _digests)
        {
            _allReleased.UnionWith(digests);
        }
    }

    private async Task AddFilesAsync(
        IRecordKind kind,
        ContentReference reference,
        Func<CancellationToken, Task<IReadOnlyList<Sha256Digest>>> readAsync,
        HashSet<Sha256Digest> digests,
        CancellationToken cancellationToken)
    {
        try
        {
            digests.UnionWith(await readAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (MlOpsException exception) when (exception is ArtifactIntegrityException or ArtifactNotFoundException or DocumentFormatException)
        {
            AddDamage(exception, reference.Owner, isComplete: kind.IsReproducible);
        }
    }

    private void AddDamage(MlOpsException exception, string owner, bool isComplete)
    {
        IsIncomplete |= !isComplete;
        var fault = StoreFault.Of(exception, owner, null, isComplete
            ? " All content that it may reference is kept."
            : " It may reference any content, so nothing is deleted until it is restored from a copy or repaired with RepairAsync.");
        _damaged.Add(fault);
        LogDamaged(exception, owner, fault.Message);
    }

    [LoggerMessage(216, LogLevel.Warning, "The garbage collection found damage. {Owner}: {Fault}")]
    private partial void LogDamaged(Exception exception, string owner, string fault);
}
