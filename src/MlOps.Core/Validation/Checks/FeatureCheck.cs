namespace MlOps.Validation;

/// <summary>The compiled check of one property.</summary>
/// <remarks>A check is thread-safe if <see cref="Fork"/> returns the same instance.</remarks>
internal abstract class FeatureCheck<TRow>
    where TRow : class
{
    /// <summary>Determines whether a row is valid. Call it once for each row, because it counts unseen categories.</summary>
    public abstract bool IsValid(TRow row);

    /// <summary>Reports the violations in an invalid row, and replaces values if the policy requires it.</summary>
    /// <param name="findings">The row and the violations so far.</param>
    /// <param name="toleratesUnseen"><see langword="true"/> to report an unseen category as a warning only.</param>
    public abstract void Report(RowFindings<TRow> findings, bool toleratesUnseen);

    /// <summary>Determines whether an invalid row has an unseen category.</summary>
    public abstract bool HasUnseen(TRow row);

    /// <summary>Gets the range if the check consists only of the range of a <see cref="float"/> property; otherwise, <see langword="null"/>.</summary>
    /// <remarks>Most checks do, and <see cref="FloatRanges"/> compiles their ranges to a single method.</remarks>
    public virtual FloatRange<TRow>? FindFloatRange() => null;

    /// <summary>Creates a check for another thread. Checks without mutable state return themselves.</summary>
    public virtual FeatureCheck<TRow> Fork() => this;
}
