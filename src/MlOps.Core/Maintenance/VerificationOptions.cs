namespace MlOps.Maintenance;

/// <summary>The options of a verification.</summary>
public sealed class VerificationOptions
{
    /// <summary>Gets a value indicating whether all content is read and hashed.</summary>
    /// <value>The default is <see langword="true"/>. If <see langword="false"/>, only the existence and the recorded digest of content are
    /// checked, which is fast but does not detect damaged bytes.</value>
    public bool ReadContent { get; init; } = true;

    /// <summary>Gets the maximum number of faults that the report lists. The total always includes all faults.</summary>
    /// <value>The default is 1,000. 0 lists none.</value>
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
