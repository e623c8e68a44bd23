using MlOps.Content;

namespace MlOps.Maintenance;

/// <summary>The options of a garbage collection.</summary>
public sealed class GarbageCollectionOptions
{
    /// <summary>Gets the age at which unused content is marked for deletion, and the age of the mark at which the content is deleted.</summary>
    /// <value>
    /// The default is one day. The minimum is one hour. Use a longer period than the longest snapshot or registration takes: a snapshot or
    /// registration that takes longer may fail and have to be repeated. The clocks of the store and of the collecting machines may differ by up
    /// to half an hour.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than one hour.</exception>
    public TimeSpan GracePeriod { get; init => field = Validate(value); } = TimeSpan.FromDays(1);

    /// <summary>Gets a value indicating whether the collection only reports its actions, without writing or deleting anything.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool DryRun { get; init; }

    /// <summary>Gets a value indicating whether the collection may mark and delete an unusually large part of the content.</summary>
    /// <value>
    /// The default is <see langword="false"/>. If <see langword="false"/>, a collection is refused in these cases: the store contains content but no marker;
    /// the store contains no record of a kind that the marker lists; or the collection would delete all files, or more than 30 % of at least 1,000 files.
    /// Files that are younger than the grace period, and files that an event in the store ever referenced, such as the files of deleted versions, do not
    /// count.
    /// </value>
    public bool AllowLargeDeletion { get; init; }

    /// <summary>Gets the retention rule for runs. A run that the rule does not keep is deleted, and deleted permanently after another grace
    /// period.</summary>
    /// <value>
    /// The default is <see langword="null"/>: all runs are kept. The newest run of each experiment, active runs, and runs in the lineage of a
    /// registered version are always kept.
    /// </value>
    /// <exception cref="ArgumentException">The rule sets neither a number nor an age.</exception>
    public RetentionRule? RunRetention { get; init => field = RetentionRule.Validate(value); }

    /// <summary>Gets the retention rule for the stored outputs of workflow steps. A step whose outputs are removed runs again when it is
    /// needed.</summary>
    /// <value>The default is <see langword="null"/>: all outputs are kept. The newest outputs of each step of a workflow are always
    /// kept.</value>
    /// <exception cref="ArgumentException">The rule sets neither a number nor an age.</exception>
    public RetentionRule? StepRetention { get; init => field = RetentionRule.Validate(value); }

    /// <summary>Gets the age at which metric segments of sinks of type <c>ArtifactStore</c>, below <c>metrics/</c>, are deleted. The segments of
    /// runs are deleted with the run.</summary>
    /// <value>
    /// The default is <see langword="null"/>: all segments are kept. The minimum is one hour. The age of a segment is the time since it was
    /// written or merged with later segments. Merged segments have at most 4 MiB, so points of a sink with few points may be kept longer.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than one hour.</exception>
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

    /// <summary>Gets the maximum number of files, and of removed records, that the report lists. The totals always include all of
    /// them.</summary>
    /// <value>The default is 1,000. 0 lists none.</value>
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
            $"The minimum grace period is {DeletionMarks.MinGracePeriod}. It protects content that is being registered. Increase the grace period.");
}
