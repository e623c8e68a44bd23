namespace MlOps.Maintenance;

/// <summary>What a collection did, or in a dry run would do.</summary>
public sealed class GarbageReport
{
    /// <summary>Gets a value indicating whether nothing was written or deleted.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Gets the reason for which a collection that is no dry run would be refused; <see langword="null"/> if it would not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Gets how many distinct files the records name.</summary>
    public required long Used { get; init; }

    /// <summary>Gets all content in the store: after deleting, or in a dry run before.</summary>
    public required GarbageCount Content { get; init; }

    /// <summary>Gets the content that was found unused and marked now. A collection after the grace period deletes it.</summary>
    public required GarbageCount Marked { get; init; }

    /// <summary>Gets the content that was marked earlier and whose grace period has not passed, or that another collection is deleting.</summary>
    public required GarbageCount Waiting { get; init; }

    /// <summary>Gets the content that was marked earlier and is used again.</summary>
    public required GarbageCount Kept { get; init; }

    /// <summary>Gets the content that was deleted.</summary>
    public required GarbageCount Deleted { get; init; }

    /// <summary>Gets the files dealt with, up to <see cref="GarbageCollectionOptions.MaxItems"/>, in no particular order.</summary>
    public required IReadOnlyList<GarbageItem> Items { get; init; }

    /// <summary>Gets the number of removed records: runs, stored outputs of steps, and metric segments.</summary>
    public long RemovedCount { get; init; }

    /// <summary>Gets the removed records, up to <see cref="GarbageCollectionOptions.MaxItems"/>. What only they referred to is marked from then on.</summary>
    public IReadOnlyList<RemovedRecord> Removed { get; init; } = [];

    /// <summary>Gets the damaged records. Everything that they may refer to was kept.</summary>
    /// <remarks>Where a damaged record may refer to any content, because one of its events cannot be read, nothing was marked or deleted, and the message names
    /// that.</remarks>
    public IReadOnlyList<StoreFault> Damaged { get; init; } = [];
}
