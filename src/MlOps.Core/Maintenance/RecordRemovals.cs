using System.Globalization;
using Microsoft.Extensions.Logging;
using MlOps.Metrics;
using MlOps.Records;
using MlOps.Storage;

namespace MlOps.Maintenance;

/// <summary>Removes the records that were deleted a grace period ago, and the records that a retention rule does not keep.</summary>
/// <remarks>The content of a record counts as used until its removal is recorded, so a collection that ends early deletes no content that is
/// needed.</remarks>
internal sealed partial class RecordRemovals(IArtifactStore store, GarbageCollectionOptions options, DateTimeOffset begun, ILogger logger)
{
    private static readonly ArtifactPath s_metrics = ArtifactPath.Parse("metrics");
    private readonly Dictionary<ArtifactPath, DateTimeOffset> _deletedParents = [];
    private readonly List<Candidate> _deleted = [];
    private readonly List<Candidate> _aged = [];
    private readonly HashSet<string> _neededRuns = new(StringComparer.Ordinal);
    private readonly List<GarbageItem> _removed = [];

    /// <summary>Gets the removed records, up to <see cref="GarbageCollectionOptions.MaxItems"/>.</summary>
    public IReadOnlyList<GarbageItem> Removed => _removed;

    /// <summary>Gets the number of removed records.</summary>
    public long Count { get; private set; }

    /// <summary>Determines whether to remove a record. Experiments must be added before their runs and steps.</summary>
    /// <returns><see langword="true"/> if the record will be removed permanently, so that its content is garbage afterwards.</returns>
    public async Task<bool> ConsiderAsync(IRecordKind kind, ReplayedRecord reading, CancellationToken cancellationToken)
    {
        _neededRuns.UnionWith(reading.RunIds);
        var deleted = reading.ReadDeletionAsync is null ? null : await reading.ReadDeletionAsync(cancellationToken).ConfigureAwait(false);
        if (kind is not IRemovableRecords records)
        {
            if (deleted is { } time)
            {
                _deletedParents[reading.Folder] = time;
            }

            return false;
        }

        var parent = FindDeletedParent(reading.Folder);
        if (reading.Damage is null && (IsExpired(deleted) || (IsExpired(parent) && (reading.References.Count > 0 || reading.ReadDeletionAsync is not null))))
        {
            _deleted.Add(new Candidate(records, reading.Folder, reading.Age, parent is not null && !IsExpired(deleted)));
            return true;
        }

        if (reading.Age is not null && RuleOf(kind) is not null)
        {
            _aged.Add(new Candidate(records, reading.Folder, reading.Age, IsParentDeleted: false));
        }

        return false;
    }

    /// <summary>Keeps runs that a damaged record may reference.</summary>
    public void AddNeededRuns(IEnumerable<string> runIds) => _neededRuns.UnionWith(runIds);

    /// <summary>Permanently removes the records that were deleted a grace period ago.</summary>
    /// <param name="restored">Called with each record that was not removed because it was restored or is in use.</param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    public async Task RemoveDeletedAsync(Action<ArtifactPath> restored, CancellationToken cancellationToken)
    {
        foreach (var (kind, folder, _, isParentDeleted) in _deleted)
        {
            var subject = isParentDeleted ? "the experiment" : "it";
            var reason = string.Create(CultureInfo.InvariantCulture, $"{subject} was deleted more than {options.GracePeriod} ago");
            if (options.DryRun || await kind.RemoveAsync(folder, isParentDeleted, reason, cancellationToken).ConfigureAwait(false))
            {
                Add(folder, IsOfSteps(kind) ? GarbageAction.StepReset : GarbageAction.RunPurged, reason);
            }
            else
            {
                restored(folder);
            }
        }
    }

    /// <summary>Applies the retention rules. A later collection deletes the content of the records.</summary>
    public async Task RetireAsync(CancellationToken cancellationToken)
    {
        foreach (var group in _aged.GroupBy(static candidate => (candidate.Kind, candidate.Age!.Group)))
        {
            var rule = RuleOf(group.Key.Kind)!;
            foreach (var (place, (kind, folder, age, _)) in group.OrderByDescending(static candidate => candidate.Age!.Time).Index().Skip(1))
            {
                var reason = $"retention: {Describe(rule)}";
                if (!rule.Keeps(place, begun - age!.Time)
                    && !_neededRuns.Contains(folder.Name)
                    && (options.DryRun || await kind.RetireAsync(folder, reason, cancellationToken).ConfigureAwait(false)))
                {
                    Add(folder, IsOfSteps(kind) ? GarbageAction.StepReset : GarbageAction.RunDeleted, reason);
                }
            }
        }

        if (options.MetricRetention is { } maxAge)
        {
            await DeleteSegmentsAsync(maxAge, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOfSteps(IRemovableRecords kind) => kind.IsReproducible;

    private static string Describe(RetentionRule rule) => rule switch
    {
        { Last: null } => string.Create(CultureInfo.InvariantCulture, $"older than {rule.Age}"),
        { Age: null } => string.Create(CultureInfo.InvariantCulture, $"not one of the last {rule.Last}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"not one of the last {rule.Last}, and older than {rule.Age}"),
    };

    private bool IsExpired(DateTimeOffset? deleted) => deleted is { } time && begun - time >= options.GracePeriod;

    private DateTimeOffset? FindDeletedParent(ArtifactPath folder) =>
        folder.ToString().Split('/') is [var kind, var name, _, _] && _deletedParents.TryGetValue(ArtifactPath.Parse($"{kind}/{name}"), out var deleted)
            ? deleted
            : null;

    private RetentionRule? RuleOf(IRecordKind kind) => kind switch
    {
        IRemovableRecords { IsReproducible: true } => options.StepRetention,
        IRemovableRecords => options.RunRetention,
        _ => null,
    };

    /// <summary>Deletes old segments of sinks. This does not affect active writers: they write segments with new numbers, and merge only
    /// existing segments.</summary>
    private async Task DeleteSegmentsAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var reason = $"retention: {Describe(new RetentionRule { Age = maxAge })}";
        await foreach (var entry in store.ListAsync(s_metrics, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (begun - entry.LastModified > maxAge
                && entry.Path.ToString().Split('/') is [var root, var sink, var writer, _]
                && MetricSegmentName.TryParse(entry.Path, ArtifactPath.Parse($"{root}/{sink}/{writer}"), out _))
            {
                if (!options.DryRun)
                {
                    await store.DeleteAsync(entry.Path, cancellationToken).ConfigureAwait(false);
                }

                Add(entry.Path, GarbageAction.MetricSegmentDeleted, reason, entry.Size);
            }
        }
    }

    private void Add(ArtifactPath path, GarbageAction action, string reason, long? size = null)
    {
        Count++;
        if (_removed.Count < options.MaxItems)
        {
            _removed.Add(new GarbageItem(path, action, size, reason));
        }

        if (!options.DryRun)
        {
            LogRemoved(path, action, reason);
        }
    }

    [LoggerMessage(218, LogLevel.Information, "The garbage collection removed '{Path}' ({Action}): {Reason}.")]
    private partial void LogRemoved(ArtifactPath path, GarbageAction action, string reason);

    private sealed record Candidate(IRemovableRecords Kind, ArtifactPath Folder, RecordAge? Age, bool IsParentDeleted);
}
