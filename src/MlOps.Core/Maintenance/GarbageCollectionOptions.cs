using MlOps.Content;

namespace MlOps.Maintenance;

/// <summary>How garbage is collected.</summary>
public sealed class GarbageCollectionOptions
{
    /// <summary>Gets the age at which unused content is marked for deletion, and the age of the mark at which it is deleted.</summary>
    /// <value>
    /// The default is a day; at least one hour. Choose more than the longest snapshot or registration takes: one that takes longer may have to be repeated.
    /// The clocks of the store and of the machines that collect may differ by half an hour.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than an hour.</exception>
    public TimeSpan GracePeriod { get; init => field = Validate(value); } = TimeSpan.FromDays(1);

    /// <summary>Gets a value indicating whether to report only what would be done, and write and delete nothing.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool DryRun { get; init; }

    /// <summary>Gets a value indicating whether more may be marked and deleted than a store in order has as garbage.</summary>
    /// <value>
    /// The default is <see langword="false"/>: a collection is refused where the marker of the store is missing although there is content, where a kind of
    /// record that the marker names has no record, and where all files, or more than 30 % of at least 1,000, would go. Files that are too young to be garbage,
    /// and files that some event in the store named once, such as those of deleted versions, do not count.
    /// </value>
    public bool AllowLargeDeletion { get; init; }

    /// <summary>Gets the rule for runs. A run that it does not keep is deleted, and a grace period later deleted for good.</summary>
    /// <value>
    /// The default, <see langword="null"/>, keeps all. In any case, the newest run of each experiment, runs under way, and runs that the lineage of a
    /// registered version names are kept.
    /// </value>
    /// <exception cref="ArgumentException">The rule has neither a number nor an age.</exception>
    public RetentionRule? RunRetention { get; init => field = RetentionRule.Validate(value); }

    /// <summary>Gets the rule for the stored outputs of steps. A step whose outputs it does not keep runs again.</summary>
    /// <value>The default, <see langword="null"/>, keeps all. In any case, the newest outputs of each step of a workflow are kept.</value>
    /// <exception cref="ArgumentException">The rule has neither a number nor an age.</exception>
    public RetentionRule? StepRetention { get; init => field = RetentionRule.Validate(value); }

    /// <summary>Gets the age at which metric segments are deleted that sinks of the type <c>ArtifactStore</c> wrote, <c>metrics/</c>; those of runs are deleted
    /// with the
    /// run.</summary>
    /// <value>
    /// The default, <see langword="null"/>, keeps all; at least one hour. The age of a segment is the time since it was written, or joined with later ones.
    /// Joined segments have at most 4 MiB, so
    /// points of a sink with few points may be kept for longer.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than an hour.</exception>
    public TimeSpan? MetricRetention
    {
        get;
        init
        {
            if (value is { } age)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(age, DeletionMarks.MinGracePeriod);
            }

            field = value;
        }
    }

    /// <summary>Gets the number of files and of removed records that the report lists one by one; its totals are of all.</summary>
    /// <value>The default is 1,000; 0 lists none.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxItems
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1_000;

    private static TimeSpan Validate(TimeSpan value) => value >= DeletionMarks.MinGracePeriod
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(value),
            value,
            $"The grace period is at least {DeletionMarks.MinGracePeriod}: it keeps what is being registered from being deleted. Collect later instead.");
}
