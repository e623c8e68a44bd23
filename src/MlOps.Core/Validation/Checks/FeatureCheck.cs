namespace MlOps.Validation;

/// <summary>The compiled check of one property.</summary>
/// <remarks>Immutable and thread-safe, except where <see cref="Fork"/> gives another.</remarks>
internal abstract class FeatureCheck<TRow>
    where TRow : class
{
    /// <summary>Tells whether a row passes; each row is asked once.</summary>
    public abstract bool IsValid(TRow row);

    /// <summary>Says what is wrong with a row that does not pass, and mends it where the policy says so.</summary>
    /// <param name="findings">The row and what was found before.</param>
    /// <param name="toleratesUnseen">Whether an unseen category is only a warning.</param>
    public abstract void Report(RowFindings<TRow> findings, bool toleratesUnseen);

    /// <summary>Tells whether a row that does not pass has an unseen category.</summary>
    public abstract bool HasUnseen(TRow row);

    /// <summary>Gets all that the check is about if it is no more than the range of a property of type <see cref="float"/>, which most are; <see langword="null"/> if it is more.</summary>
    public virtual FloatRange<TRow>? FindFloatRange() => null;

    /// <summary>Makes the check for another thread.</summary>
    public virtual FeatureCheck<TRow> Fork() => this;
}
