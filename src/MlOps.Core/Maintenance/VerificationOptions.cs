namespace MlOps.Maintenance;

/// <summary>How thoroughly a store is verified.</summary>
public sealed class VerificationOptions
{
    /// <summary>Gets a value indicating whether all content is read and its digest computed.</summary>
    /// <value>The default is <see langword="true"/>. Otherwise content need only be there, with the digest the store recorded: fast, and blind to damaged bytes.</value>
    public bool ReadContent { get; init; } = true;

    /// <summary>Gets how many faults the report lists; it counts all.</summary>
    /// <value>The default is 1,000; 0 lists none.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxFaults
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 1_000;
}
