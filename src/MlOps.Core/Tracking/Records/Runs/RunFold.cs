using System.Collections.Immutable;
using MlOps.Content;
using MlOps.Documents;
using MlOps.Events;
using MlOps.Metrics;
using MlOps.Records;

namespace MlOps.Tracking;

/// <summary>Computes the state of a run from its events.</summary>
internal static class RunFold
{
    public static RecordSchema<RunEvent, RunState> Schema { get; } = new(
        RunState.Empty, Apply, TrackingJson.Default.EventDocumentRunEvent, TrackingJson.Default.CheckpointDocumentRunState)
    {
        CheckpointName = CheckpointNames.Second, // earlier versions have no metric summaries
        ShouldWriteCheckpoint = static state => state.Status != RunStatus.Running,
    };

    /// <summary>Adds the summaries of later points to a state.</summary>
    public static RunState AddMetrics(RunState state, IReadOnlyDictionary<string, MetricSummary> added) => state.WithMetrics(state.MetricSummaries.SetItems(
        added.Select(pair => KeyValuePair.Create(pair.Key, state.MetricSummaries.TryGetValue(pair.Key, out var known) ? known.With(pair.Value) : pair.Value))));

    private static RunState Apply(string runId, RunState state, EventDocument<RunEvent> document)
    {
        var recorded = document.Event;
        if (state.Exists == (recorded.Kind == RunEventKind.Started) || (!state.Exists && recorded is not { Name.Length: > 0, Environment: not null }))
        {
            throw new InvalidDataException(state.Exists ? "the run has already started." : "the first event does not start a run.");
        }

        ThrowIfInvalid(recorded);
        var changed = Change(state, recorded);
        return recorded.Kind switch
        {
            RunEventKind.Started => Start(changed, document),
            RunEventKind.Rewound when recorded is { LastStep: { } lastStep, Batch: { } batch } => changed with
            {
                Retired = state.Retired.Add(new RetiredSteps(batch, lastStep)),
                Metrics = recorded.Metrics?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? state.Metrics,
                MetricSummaries = recorded.MetricSummaries?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? state.MetricSummaries,
            },
            RunEventKind.Rewound => throw new InvalidDataException("it lacks the required property 'lastStep' or 'batch'."),
            RunEventKind.Measured => AddMetrics(changed, recorded.MetricSummaries ?? ImmutableSortedDictionary<string, MetricSummary>.Empty),
            RunEventKind.Resumed => changed with
            {
                Status = RunStatus.Running,
                Ended = null,
                Failure = null,
                Resources = null,
                LeaseOwner = recorded.LeaseOwner,
                ExpiredLeaseOwner = null,
                HeartbeatTimeout = recorded.HeartbeatTimeout,
                ActiveSince = RunTimestamp.Truncate(document.Time),
            },
            RunEventKind.Ended => End(state, changed, document),
            RunEventKind.Purged => state with
            {
                IsDeleted = true,
                IsPurged = true,
                Status = state.Status == RunStatus.Running ? RunStatus.Interrupted : state.Status,
                Ended = state.Ended ?? RunTimestamp.Truncate(document.Time),
                Files = state.Files.Clear(),
                Environment = null,
                LeaseOwner = null,
            },
            _ => changed,
        };
    }

    /// <summary>Throws an exception if a collection of an event contains null, which the JSON parser accepts, or if its files are
    /// invalid.</summary>
    private static void ThrowIfInvalid(RunEvent recorded)
    {
        if (ContentFileList.FindFault(recorded.Files ?? []) is { } fault)
        {
            throw new InvalidDataException(fault);
        }

        if (recorded.Datasets?.Contains(null!) == true || recorded.Parameters?.Values.Contains(null!) == true
            || recorded.MetricSummaries?.Values.Contains(null!) == true)
        {
            throw new InvalidDataException("one of its datasets, parameters or metrics is null.");
        }
    }

    private static RunState End(RunState state, RunState changed, EventDocument<RunEvent> document)
    {
        var recorded = document.Event;
        var ended = changed with
        {
            Status = recorded.Status ?? RunStatus.Finished,
            Ended = RunTimestamp.Truncate(recorded.Ended ?? document.Time),
            Failure = recorded.Failure,
            Resources = recorded.Resources,
            LeaseOwner = null,
            ExpiredLeaseOwner = recorded.LeaseOwner,
        };

        // Other processes can deliver metrics of a shared run at the same time.
        return state.IsShared && recorded.MetricSummaries is { } added ? AddMetrics(ended, added) : ended with
        {
            Metrics = recorded.Metrics?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? state.Metrics,
            MetricSummaries = recorded.MetricSummaries?.ToImmutableSortedDictionary(StringComparer.Ordinal)
                ?? (recorded.Metrics is null ? state.MetricSummaries : state.MetricSummaries.Clear()),
        };
    }

    private static RunState Start(RunState state, EventDocument<RunEvent> document) => state with
    {
        Actor = document.Actor,
        Started = RunTimestamp.Truncate(document.Time),
        ActiveSince = RunTimestamp.Truncate(document.Time),
        Status = RunStatus.Running,
        ParentId = document.Event.ParentId,
        Seed = document.Event.Seed ?? 0,
        GitCommit = document.Event.GitCommit,
        Environment = document.Event.Environment,
        LeaseOwner = document.Event.LeaseOwner,
        IsShared = document.Event.IsShared ?? false,
        HeartbeatTimeout = document.Event.HeartbeatTimeout,
    };

    private static RunState Change(RunState state, RunEvent change) => state with
    {
        Name = change.Name ?? state.Name,
        Note = RecordChange.Text(state.Note, change.Note),
        IsDeleted = change.IsDeleted ?? state.IsDeleted,
        Parameters = change.Parameters is null ? state.Parameters : state.Parameters.SetItems(change.Parameters),
        Tags = change.Tags is null ? state.Tags : RecordChange.Tags(state.Tags, change.Tags),
        Datasets = change.Datasets is null ? state.Datasets : state.Datasets.AddRange(change.Datasets),
        Files = change.Files is null ? state.Files : state.Files.SetItems(change.Files.Select(static file => KeyValuePair.Create(file.Path, file))),
    };
}
