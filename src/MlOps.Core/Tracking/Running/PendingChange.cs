namespace MlOps.Tracking;

/// <summary>A change of a run that is queued for recording.</summary>
/// <param name="Event">The event.</param>
/// <param name="Actor">The actor of the event.</param>
internal sealed record PendingChange(RunEvent Event, string Actor)
{
    /// <summary>The maximum number of parameters and tags in a combined event.</summary>
    private const int MaxValues = 1_000;

    /// <summary>The maximum number of characters in a combined event, which keeps the event below the maximum size of a document.</summary>
    private const int MaxCharacters = 100_000;
    private readonly TaskCompletionSource _recorded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that completes when the change is recorded or rejected.</summary>
    public Task Recorded => _recorded.Task;

    /// <summary>Counts the changes at the beginning of a list that can be combined in one event: changes that add different parameters,
    /// tags and datasets.</summary>
    public static int CountCombinable(IReadOnlyList<PendingChange> changes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var characters = 0;
        for (var count = 0; count < changes.Count; count++)
        {
            var (entry, actor) = changes[count];
            var isPlain = entry is { Kind: RunEventKind.Changed, Name: null, Note: null, IsDeleted: null, Reason: null };
            characters += entry.Parameters?.Sum(static pair => pair.Key.Length + pair.Value.Length) ?? 0;
            characters += entry.Tags?.Sum(static pair => pair.Key.Length + (pair.Value?.Length ?? 0)) ?? 0;
            var isNew = (entry.Parameters?.Keys ?? []).Select(static name => "p" + name).Concat((entry.Tags?.Keys ?? []).Select(static name => "t" + name))
                .All(names.Add);
            if (!isPlain || !isNew || actor != changes[0].Actor || names.Count > MaxValues || characters > MaxCharacters)
            {
                return Math.Max(1, count);
            }
        }

        return changes.Count;
    }

    /// <summary>Combines changes in one event.</summary>
    public static RunEvent Combine(IReadOnlyList<PendingChange> changes) => changes is [var only] ? only.Event : new RunEvent
    {
        Kind = RunEventKind.Changed,
        Parameters = OrNull(changes.SelectMany(static change => change.Event.Parameters ?? new Dictionary<string, string>()).ToDictionary()),
        Tags = OrNull(changes.SelectMany(static change => change.Event.Tags ?? new Dictionary<string, string?>()).ToDictionary()),
        Datasets = changes.SelectMany(static change => change.Event.Datasets ?? []).ToList() is { Count: > 0 } datasets ? datasets : null,
    };

    public void Complete() => _recorded.TrySetResult();

    public void Fail(Exception exception)
    {
        _recorded.TrySetException(exception);
        _ = _recorded.Task.Exception; // observes the exception, because a canceled caller does not await the task
    }

    private static Dictionary<string, T>? OrNull<T>(Dictionary<string, T> values) => values.Count == 0 ? null : values;
}
