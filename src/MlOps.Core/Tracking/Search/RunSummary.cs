using System.Text.Json.Serialization;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>The state of a run for searches, and the time up to which the run is believed to be alive. It is a cache of the log of the run.</summary>
internal sealed record RunSummary
{
    public required int Format { get; init; }

    public required string Id { get; init; }

    /// <summary>Gets the number of the last event that the state has.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the state after that event, without its files and with long texts shortened. The metrics of a run under way are those of the last
    /// heartbeat.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets the number of artifacts.</summary>
    public required int ArtifactCount { get; init; }

    /// <summary>Gets the time up to which the run is believed to be alive; <see langword="null"/> for a run that has ended or has no owner.</summary>
    public DateTimeOffset? AliveUntil { get; init; }

    /// <summary>Gets the time of writing.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets a value indicating whether the log of the run may be newer without a mark.</summary>
    [JsonPropertyName("isUnderWay")]
    public bool HasActiveOwner => State is { Status: RunStatus.Running, IsShared: false };

    /// <summary>Creates a summary.</summary>
    /// <param name="id">The identifier of the run.</param>
    /// <param name="sequence">The number of the last event that the state has.</param>
    /// <param name="state">The state.</param>
    /// <param name="now">The time of writing.</param>
    /// <param name="aliveUntil">The time up to which the run is believed to be alive.</param>
    /// <param name="artifactCount">The number of artifacts, if the state leaves them out.</param>
    public static RunSummary Of(string id, long sequence, RunState state, DateTimeOffset now, DateTimeOffset? aliveUntil, int? artifactCount = null) => new()
    {
        Format = StoredDocument.Format,
        Id = id,
        Sequence = sequence,
        State = LongText.Shorten(state) with { Files = state.Files.Clear(), LeaseOwner = null },
        ArtifactCount = artifactCount ?? state.Files.Count,
        AliveUntil = aliveUntil,
        Time = now,
    };

    /// <summary>Shortens the long texts, which earlier versions of the library stored.</summary>
    public RunSummary WithShortTexts() => this with { State = LongText.Shorten(State) };

    /// <summary>Creates the run.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="whole">The state in the log, with whole texts; <see langword="null"/> if no text is shortened.</param>
    public Run ToRun(string experiment, RunState? fullState = null) =>
        new(experiment, Id, fullState is null ? State : LongText.Complete(State, fullState), ArtifactCount);

    /// <summary>Determines the state of a run at some moment from its log and its last heartbeat. A run that has been silent for too long is
    /// interrupted.</summary>
    /// <param name="state">The state by the log, which may be newer than the summary.</param>
    /// <param name="summary">The newest summary of the run; <see langword="null"/> if there is none.</param>
    /// <param name="patience">The time for which a run of an older version may be silent that has not written one.</param>
    /// <param name="now">The moment.</param>
    public static RunState GetCurrentState(RunState state, RunSummary? summary, TimeSpan defaultTimeout, DateTimeOffset now)
    {
        if (state.Status != RunStatus.Running || state.IsShared)
        {
            return state;
        }

        // A summary from before the run was resumed can be of an owner that is gone.
        var lastHeartbeat = summary is { AliveUntil: { } until } && until > state.ActiveSince ? summary : null;
        var seen = summary is null || state.Retired.Count > summary.State.Retired.Count ? state : state.WithMetricsOf(summary.State);
        return GetAliveUntil(state, lastHeartbeat, defaultTimeout) < now
            ? seen with { Status = RunStatus.Interrupted, Ended = RunTimestamp.Truncate(lastHeartbeat?.Time > state.ActiveSince ? lastHeartbeat.Time : state.ActiveSince) }
            : seen;
    }

    /// <summary>Gets the time up to which a run is believed to be alive.</summary>
    public static DateTimeOffset GetAliveUntil(RunState state, RunSummary? lastHeartbeat, TimeSpan defaultTimeout) =>
        lastHeartbeat?.AliveUntil ?? state.ActiveSince + (state.HeartbeatTimeout ?? defaultTimeout);
}
