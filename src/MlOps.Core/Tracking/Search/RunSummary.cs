using MlOps.Documents;

namespace MlOps.Tracking;

/// <summary>What a search sees of a run, and what says that the run is alive. A cache of the run's log, written by who changes the run.</summary>
internal sealed record RunSummary
{
    public required int Format { get; init; }

    public required string Id { get; init; }

    /// <summary>Gets the number of the last event that it has.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets what the log comes to up to that event, with long texts shortened. Of a run that is under way, its metrics are as of the last heartbeat. Its files are left out.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets the number of its artifacts.</summary>
    public required int ArtifactCount { get; init; }

    /// <summary>Gets the last moment up to which the run is believed to be alive; <see langword="null"/> for one that has ended.</summary>
    public DateTimeOffset? AliveUntil { get; init; }

    /// <summary>Gets when it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    public bool IsFinal => State.Status != RunStatus.Running;

    public static RunSummary Of(string id, long sequence, RunState state, DateTimeOffset now, DateTimeOffset? aliveUntil) => new()
    {
        Format = StoredDocument.Format,
        Id = id,
        Sequence = sequence,
        State = LongText.Shorten(state) with { Files = state.Files.Clear(), Holder = null },
        ArtifactCount = state.Files.Count,
        AliveUntil = aliveUntil,
        Time = now,
    };

    /// <summary>Shortens the long texts, which earlier versions of the library stored.</summary>
    public RunSummary WithShortTexts() => this with { State = LongText.Shorten(State) };

    /// <summary>Makes the run as it is seen at some moment.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="now">The moment.</param>
    /// <param name="whole">The state in the log, with whole texts; <see langword="null"/> if no text is shortened.</param>
    public Run ToRun(string experiment, DateTimeOffset now, RunState? whole = null) =>
        new(experiment, Id, See(whole is null ? State : LongText.Complete(State, whole), this, default, now), ArtifactCount);

    /// <summary>Tells what a state is at some moment: a run that is silent for too long counts as interrupted.</summary>
    /// <param name="state">The state, which may be newer than the summary.</param>
    /// <param name="summary">The run's newest summary; <see langword="null"/> if there is none yet.</param>
    /// <param name="patience">How long a run may be silent that has not said how long.</param>
    /// <param name="now">The moment.</param>
    public static RunState See(RunState state, RunSummary? summary, TimeSpan patience, DateTimeOffset now)
    {
        if (state.Status != RunStatus.Running)
        {
            return state;
        }

        // Who resumes a run records that before he writes a summary, so the last one may be of somebody who is long gone.
        var isHeard = summary?.AliveUntil is not null && summary.Time >= state.Begun;
        var heard = isHeard ? summary!.Time : state.Begun;
        var until = isHeard ? summary!.AliveUntil!.Value : heard + patience;
        var seen = summary is null ? state : state.WithMetricsOf(summary.State);
        return until < now ? seen with { Status = RunStatus.Interrupted, Ended = heard } : seen;
    }
}
