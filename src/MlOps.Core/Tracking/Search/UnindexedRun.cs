using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>The cached data of a run that is not yet in an index table.</summary>
internal sealed class UnindexedRun(string id)
{
    private HashSet<ArtifactPath> _markers = [];

    public string Id => id;

    /// <summary>Gets the summaries and change markers of the run in the last listing.</summary>
    public IReadOnlyList<RunSummaryEntry> Entries { get; private set; } = [];

    /// <summary>Gets the change markers.</summary>
    public IReadOnlyList<RunSummaryEntry> Markers { get; private set; } = [];

    /// <summary>Gets the entry of the newest summary in the last listing; <see langword="null"/> if there are only change
    /// markers.</summary>
    public RunSummaryEntry? NewestEntry { get; private set; }

    /// <summary>Gets or sets the entry of the summary that was read.</summary>
    public RunSummaryEntry? ReadEntry { get; set; }

    /// <summary>Gets or sets the summary; <see langword="null"/> if it does not exist or cannot be read.</summary>
    public RunSummary? Summary { get; set; }

    /// <summary>Gets or sets the log; <see langword="null"/> until the log contains newer events than the summary.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Gets or sets the most recently read state of the log.</summary>
    public LogSnapshot<RunState>? LogState { get; set; }

    /// <summary>Gets or sets a value indicating whether the log has been checked since the summary was read.</summary>
    public bool IsLogChecked { get; set; }

    /// <summary>Gets or sets a value indicating whether the log cannot be read, because it is damaged or was written by a newer
    /// version.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>Gets the summary if the current owner of the run wrote it; otherwise <see langword="null"/>.</summary>
    public RunSummary? LastHeartbeat => Summary is { AliveUntil: { } until } && until > State?.ActiveSince ? Summary : null;

    /// <summary>Gets the most recent known state; <see langword="null"/> if the run has not started.</summary>
    public RunState? State => LogState is { Sequence: > 0 } log && log.Sequence > (Summary?.Sequence ?? 0) ? log.State
        : Summary is { Sequence: > 0 } ? Summary.State
        : null;

    /// <summary>Updates the entries from a listing.</summary>
    public void Update(IReadOnlyList<RunSummaryEntry> entries)
    {
        Entries = entries;
        Markers = [.. entries.Where(static entry => entry.IsMarker)];
        IsLogChecked &= Markers.All(marker => _markers.Contains(marker.Path));
        _markers = [.. Markers.Select(static marker => marker.Path)];
        NewestEntry = entries.Where(static entry => !entry.IsMarker).MaxBy(static entry => entry.Sequence);
        if (NewestEntry is null)
        {
            (ReadEntry, Summary) = (null, null);
        }
    }

    /// <summary>Ignores the change markers, whose processes no longer exist.</summary>
    public void ClearMarkers() => Markers = [];
}
