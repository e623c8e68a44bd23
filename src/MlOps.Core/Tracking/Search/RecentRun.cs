using MlOps.Events;
using MlOps.Storage;

namespace MlOps.Tracking;

/// <summary>A run that no table has yet.</summary>
internal sealed class RecentRun(string id)
{
    private HashSet<ArtifactPath> _marks = [];

    public string Id => id;

    /// <summary>Gets the summaries and marks of the run in the last listing.</summary>
    public IReadOnlyList<RunSummaryEntry> Listed { get; private set; } = [];

    /// <summary>Gets the marks of changes.</summary>
    public IReadOnlyList<RunSummaryEntry> Marks { get; private set; } = [];

    /// <summary>Gets the newest summary in the last listing; <see langword="null"/> if there are only marks.</summary>
    public RunSummaryEntry? Newest { get; private set; }

    /// <summary>Gets or sets the entry of the summary that was read.</summary>
    public RunSummaryEntry? Read { get; set; }

    /// <summary>Gets or sets the summary; <see langword="null"/> if there is none, or if it cannot be read.</summary>
    public RunSummary? Summary { get; set; }

    /// <summary>Gets or sets the log; <see langword="null"/> as long as nothing newer than the summary was in it.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Gets or sets the newest state of the log.</summary>
    public LogSnapshot<RunState>? Newer { get; set; }

    /// <summary>Gets or sets a value indicating whether the log was looked at since the summary was read.</summary>
    public bool IsLookedAt { get; set; }

    /// <summary>Gets or sets a value indicating whether the log cannot be read: it is damaged, or a newer version wrote it.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>Gets the summary if the present owner of the run wrote it.</summary>
    public RunSummary? Heard => Summary is { AliveUntil: { } until } && until > State?.Begun ? Summary : null;

    /// <summary>Gets the newest state; <see langword="null"/> if the run has not begun.</summary>
    public RunState? State => Newer is { Sequence: > 0 } newer && newer.Sequence > (Summary?.Sequence ?? 0) ? newer.State
        : Summary is { Sequence: > 0 } ? Summary.State
        : null;

    /// <summary>Takes the entries of a listing.</summary>
    public void List(IReadOnlyList<RunSummaryEntry> entries)
    {
        Listed = entries;
        Marks = [.. entries.Where(static entry => entry.IsMark)];
        IsLookedAt &= Marks.All(mark => _marks.Contains(mark.Path));
        _marks = [.. Marks.Select(static mark => mark.Path)];
        Newest = entries.Where(static entry => !entry.IsMark).MaxBy(static entry => entry.Sequence);
        if (Newest is null)
        {
            (Read, Summary) = (null, null);
        }
    }

    /// <summary>Leaves out marks of processes that are gone.</summary>
    public void ForgetMarks() => Marks = [];
}
