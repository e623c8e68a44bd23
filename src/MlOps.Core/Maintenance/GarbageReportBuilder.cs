using MlOps.Content;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Collects the results of parallel work for the report and the progress.</summary>
internal sealed class GarbageReportBuilder(GarbageCollectionOptions options, IProgress<OperationProgress>? progress, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GarbageAction, GarbageCount> _counts = [];
    private readonly List<GarbageItem> _items = [];
    private readonly long _started = timeProvider.GetTimestamp();
    private GarbageCount _processed;

    /// <summary>Counts an action on content that an earlier collection marked.</summary>
    public void AddProcessed(Sha256Digest digest, long size, GarbageAction action)
    {
        lock (_lock)
        {
            Add(digest, size, action);
            _processed = new GarbageCount(_processed.Files + 1, _processed.Bytes + size);
            progress?.Report(new OperationProgress(MaintenanceStep.DeletingMarked, _processed.Files, bytes: _processed.Bytes));
        }
    }

    /// <summary>Counts content that this collection marked.</summary>
    public void AddMarked(Sha256Digest digest, long size)
    {
        lock (_lock)
        {
            Add(digest, size, GarbageAction.Marked);
        }
    }

    /// <summary>Gets the content in the store. Complete after the listing.</summary>
    public GarbageCount Content { get; private set; }

    /// <summary>Gets the number of files that are used or old enough to be garbage.</summary>
    public long Considered { get; private set; }

    /// <summary>Gets a value indicating whether marks of earlier collections remain.</summary>
    public bool IsWaiting => _counts.ContainsKey(GarbageAction.Waiting);

    /// <summary>Counts a file in the store. Not thread-safe.</summary>
    public void AddContent(long size, bool isYoung)
    {
        Content = new GarbageCount(Content.Files + 1, Content.Bytes + size);
        Considered += isYoung ? 0 : 1;
        progress?.Report(new OperationProgress(MaintenanceStep.FindingUnused, Content.Files, bytes: Content.Bytes));
    }

    public GarbageReport ToReport(UsedContent used, RecordRemovals removals, string? refusal)
    {
        var deleted = _counts.GetValueOrDefault(GarbageAction.Deleted);
        return new GarbageReport
        {
            DryRun = options.DryRun,
            Refusal = refusal,
            Used = used.Count,
            Damaged = used.Damaged,
            Removed = removals.Removed,
            RemovedCount = removals.Count,
            Content = options.DryRun ? Content : new GarbageCount(Content.Files - deleted.Files, Content.Bytes - deleted.Bytes),
            Marked = _counts.GetValueOrDefault(GarbageAction.Marked),
            Waiting = _counts.GetValueOrDefault(GarbageAction.Waiting),
            Kept = _counts.GetValueOrDefault(GarbageAction.Kept),
            Deleted = deleted,
            Items = _items,
            Duration = timeProvider.GetElapsedTime(_started),
        };
    }

    private void Add(Sha256Digest digest, long size, GarbageAction action)
    {
        var count = _counts.GetValueOrDefault(action);
        _counts[action] = new GarbageCount(count.Files + 1, count.Bytes + size);
        if (_items.Count < options.MaxItems)
        {
            _items.Add(new GarbageItem(ContentStore.PathOf(digest), action, size));
        }
    }
}
