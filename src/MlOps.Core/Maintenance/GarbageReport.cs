namespace MlOps.Maintenance;

/// <summary>The result of a garbage collection. In a dry run, the actions were not taken.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class GarbageReport
{
    internal GarbageReport()
    {
    }

    /// <summary>Gets a value indicating whether the collection was a dry run, which writes and deletes nothing.</summary>
    public bool DryRun { get; internal init; }

    /// <summary>Gets the reason for which the same collection without a dry run would be refused.</summary>
    /// <value><see langword="null"/> if it would not be refused.</value>
    public string? Refusal { get; internal init; }

    /// <summary>Gets the number of distinct files that the records reference.</summary>
    public long Used { get; internal init; }

    /// <summary>Gets all content in the store: after the collection or, in a dry run, before it.</summary>
    public GarbageCount Content { get; internal init; }

    /// <summary>Gets the unused content that this collection marked. A collection after the grace period deletes it.</summary>
    public GarbageCount Marked { get; internal init; }

    /// <summary>Gets the content that was marked earlier, and whose grace period has not passed or which another collection is deleting.</summary>
    public GarbageCount Waiting { get; internal init; }

    /// <summary>Gets the content that was marked earlier and is used again.</summary>
    public GarbageCount Kept { get; internal init; }

    /// <summary>Gets the content that was deleted.</summary>
    public GarbageCount Deleted { get; internal init; }

    /// <summary>Gets the processed content, up to <see cref="GarbageCollectionOptions.MaxItems"/> items, in no particular order.</summary>
    public IReadOnlyList<GarbageItem> Items { get; internal init; } = [];

    /// <summary>Gets the number of removed runs, outputs of steps, and metric segments.</summary>
    public long RemovedCount { get; internal init; }

    /// <summary>Gets the removed runs, outputs of steps and metric segments, up to <see cref="GarbageCollectionOptions.MaxItems"/> items. Content that only
    /// they referenced is unused from then on.</summary>
    public IReadOnlyList<GarbageItem> Removed { get; internal init; } = [];

    /// <summary>Gets the damaged records. All content that they may reference was kept.</summary>
    /// <remarks>If a damaged record may reference any content, because one of its events cannot be read, nothing was marked or deleted. The message states
    /// this.</remarks>
    public IReadOnlyList<StoreFault> Damaged { get; internal init; } = [];

    /// <summary>Gets the duration of the collection.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Describes the report in several lines.</summary>
    /// <returns>The counts, the duration, the reason for a refusal, and the first removed and damaged records.</returns>
    public override string ToString() => ReportText.Join(
    [
        $"Garbage collection{(DryRun ? " (dry run)" : "")}, {ReportText.Duration(Duration)}",
        $"Content: {Content}; {ReportText.Count(Used, "file")} used",
        $"{(DryRun ? "To delete" : "Deleted")}: {Deleted}",
        $"{(DryRun ? "To mark" : "Marked")}: {Marked}",
        $"Waiting: {Waiting}",
        $"Kept: {Kept}",
        .. Refusal is null ? Array.Empty<string>() : [$"Refused: {Refusal}"],
        .. ReportText.List(DryRun ? "Records to remove" : "Removed records", Removed, RemovedCount),
        .. ReportText.List("Damaged records", Damaged, Damaged.Count),
    ]);
}
