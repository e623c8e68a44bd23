namespace MlOps.Maintenance;

/// <summary>A rule by which garbage collection keeps the newest records and removes older ones. A record is kept if one of the properties keeps it.</summary>
public sealed class RetentionRule
{
    /// <summary>Gets the number of the newest records to keep: of each experiment's runs, of each step's outputs.</summary>
    /// <value>The default, <see langword="null"/>, keeps the newest run and the newest outputs.</value>
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

    /// <summary>Gets the age up to which records are kept: since a run ended or a step ran.</summary>
    /// <value>The default, <see langword="null"/>, keeps no record for its age.</value>
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

    /// <summary>Throws if a rule keeps nothing, because neither property is set.</summary>
    internal static RetentionRule? Validate(RetentionRule? rule) => rule is { Last: null, Age: null }
        ? throw new ArgumentException("A retention rule needs a value of Last or of Age. Without them it would remove everything.", nameof(rule))
        : rule;
}
