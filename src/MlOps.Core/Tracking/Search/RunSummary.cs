using System.Text.Json.Serialization;
using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>A cached state of a run for searches, with the time until which the run is considered alive. The log of the run is
/// authoritative.</summary>
internal sealed record RunSummary
{
    public required int Format { get; init; }

    public required string Id { get; init; }

    /// <summary>Gets the sequence number of the last event in the state.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the state after that event, without files and with shortened texts. For a run in progress, it contains the metrics of
    /// the last heartbeat.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets the number of artifacts.</summary>
    public required int ArtifactCount { get; init; }

    /// <summary>Gets the time until which the run is considered alive; <see langword="null"/> if the run has ended or is shared.</summary>
    public DateTimeOffset? AliveUntil { get; init; }

    /// <summary>Gets the time at which the summary was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets a value indicating whether a process owns the run, so that the log may be newer although there is no change
    /// marker.</summary>
    [JsonPropertyName("isUnderWay")]
    public bool HasActiveOwner => State is { Status: RunStatus.Running, IsShared: false };

    /// <summary>Creates a summary.</summary>
    /// <param name="id">The identifier of the run.</param>
    /// <param name="sequence">The sequence number of the last event in the state.</param>
    /// <param name="state">The state.</param>
    /// <param name="now">The time at which the summary is written.</param>
    /// <param name="aliveUntil">The time until which the run is considered alive.</param>
    /// <param name="artifactCount">The number of artifacts, if the state does not contain the files.</param>
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

    /// <summary>Shortens the long texts that earlier versions of the library stored.</summary>
    public RunSummary WithShortTexts() => this with { State = LongText.Shorten(State) };

    /// <summary>Creates the run.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="fullState">The state in the log with full texts; <see langword="null"/> if no text is shortened.</param>
    public Run ToRun(string experiment, RunState? fullState = null) =>
        new(experiment, Id, fullState is null ? State : LongText.Complete(State, fullState), ArtifactCount);

    /// <summary>Determines the current state of a run from its log and its last heartbeat. A run whose lease has expired is
    /// interrupted.</summary>
    /// <param name="state">The state in the log, which may be newer than the summary.</param>
    /// <param name="summary">The newest summary of the run; <see langword="null"/> if there is none.</param>
    /// <param name="defaultTimeout">The heartbeat timeout of a run of an early version, which did not record one.</param>
    /// <param name="now">The current time.</param>
    public static RunState GetCurrentState(RunState state, RunSummary? summary, TimeSpan defaultTimeout, DateTimeOffset now)
    {
        if (state.Status != RunStatus.Running || state.IsShared)
        {
            return state;
        }

        // A summary that was written before the run was resumed belongs to a previous owner.
        var lastHeartbeat = summary is { AliveUntil: { } until } && until > state.ActiveSince ? summary : null;
        var current = summary is null || state.Retired.Count > summary.State.Retired.Count ? state : state.WithMetricsOf(summary.State);
        return GetAliveUntil(state, lastHeartbeat, defaultTimeout) < now
            ? current with
            {
                Status = RunStatus.Interrupted,
                Ended = RunTimestamp.Truncate(lastHeartbeat?.Time > state.ActiveSince ? lastHeartbeat.Time : state.ActiveSince),
            }
            : current;
    }

    /// <summary>Gets the time until which a run is considered alive.</summary>
    public static DateTimeOffset GetAliveUntil(RunState state, RunSummary? lastHeartbeat, TimeSpan defaultTimeout) =>
        lastHeartbeat?.AliveUntil ?? state.ActiveSince + (state.HeartbeatTimeout ?? defaultTimeout);
}
