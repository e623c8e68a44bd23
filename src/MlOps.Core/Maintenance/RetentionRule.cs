namespace MlOps.Maintenance;

/// <summary>A rule for the records that garbage collection keeps. A record is kept if <see cref="Last"/> or <see cref="Age"/> applies to it;
/// older records are removed.</summary>
public sealed class RetentionRule
{
    /// <summary>Gets the number of newest records to keep: for each experiment, or for each step.</summary>
    /// <value>The default is <see langword="null"/>: the number of records does not matter. The newest record is always kept.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? Last
    {
        get;
        init
        {
            if (value is { } last)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(last, 1);
            }

            field = value;
        }
    }

    /// <summary>Gets the age up to which records are kept, measured from the end of a run or the execution of a step.</summary>
    /// <value>The default is <see langword="null"/>: the age of records does not matter.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan? Age
    {
        get;
        init
        {
            if (value is { } age)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(age, TimeSpan.Zero);
            }

            field = value;
        }
    }

    /// <summary>Determines whether the rule keeps a record.</summary>
    /// <param name="place">The number of newer records.</param>
    /// <param name="age">The age of the record.</param>
    internal bool Keeps(int place, TimeSpan age) => place < Last || age <= Age;

    /// <summary>Throws if neither property of a rule is set, because the rule would keep nothing.</summary>
    internal static RetentionRule? Validate(RetentionRule? rule) => rule is { Last: null, Age: null }
        ? throw new ArgumentException("The retention rule sets neither Last nor Age, and would remove all records. Set at least one of them.", nameof(rule))
        : rule;
}
