namespace MlOps.Validation;

/// <summary>The range of a property, checked in a loop over all such properties: the call of a check's own costs as much as the check.</summary>
internal readonly struct FloatRange<TRow>(Func<TRow, float> get, float low, float high)
    where TRow : class
{
    // False for NaN.
    public bool Holds(TRow row) => get(row) is var value && value >= low && value <= high;
}
