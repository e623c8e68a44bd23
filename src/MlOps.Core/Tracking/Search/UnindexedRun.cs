using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run that no table has yet.</summary>
internal sealed class UnindexedRun(string id)
{
    private HashSet<ArtifactPath> _markers = [];

    public string Id => id;

    /// <summary>Gets the summaries and markers of the run in the last listing.</summary>
    public IReadOnlyList<RunSummaryEntry> Listed { get; private set; } = [];

    /// <summary>Gets the markers of changes.</summary>
    public IReadOnlyList<RunSummaryEntry> Markers { get; private set; } = [];

    /// <summary>Gets the newest summary in the last listing; <see langword="null"/> if there are only markers.</summary>
    public RunSummaryEntry? Newest { get; private set; }

    /// <summary>Gets or sets the entry of the summary that was read.</summary>
    public RunSummaryEntry? Read { get; set; }

    /// <summary>Gets or sets the summary; <see langword="null"/> if there is none, or if it cannot be read.</summary>
    public RunSummary? Summary { get; set; }

    /// <summary>Gets or sets the log; <see langword="null"/> as long as nothing newer than the summary was in it.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Gets or sets the newest state of the log.</summary>
    public LogSnapshot<RunState>? LogState { get; set; }

    /// <summary>Gets or sets a value indicating whether the log was looked at since the summary was read.</summary>
    public bool IsLogChecked { get; set; }

    /// <summary>Gets or sets a value indicating whether the log cannot be read: it is damaged, or a newer version wrote it.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>Gets the summary if the present owner of the run wrote it.</summary>
    public RunSummary? LastHeartbeat => Summary is { AliveUntil: { } until } && until > State?.ActiveSince ? Summary : null;

    /// <summary>Gets the newest state; <see langword="null"/> if the run has not begun.</summary>
    public RunState? State => LogState is { Sequence: > 0 } log && log.Sequence > (Summary?.Sequence ?? 0) ? log.State
        : Summary is { Sequence: > 0 } ? Summary.State
        : null;

    /// <summary>Takes the entries of a listing.</summary>
    public void List(IReadOnlyList<RunSummaryEntry> entries)
    {
        Listed = entries;
        Markers = [.. entries.Where(static entry => entry.IsMarker)];
        IsLogChecked &= Markers.All(marker => _markers.Contains(marker.Path));
        _markers = [.. Markers.Select(static marker => marker.Path)];
        Newest = entries.Where(static entry => !entry.IsMarker).MaxBy(static entry => entry.Sequence);
        if (Newest is null)
        {
            (Read, Summary) = (null, null);
        }
    }

    /// <summary>Leaves out markers of processes that are gone.</summary>
    public void ClearMarkers() => Markers = [];
}
