namespace MlOps.Validation;

/// <summary>The range of a <see cref="float"/> property that allows neither NaN nor infinities.</summary>
/// <param name="Get">The getter of the property.</param>
/// <param name="Low">The inclusive minimum.</param>
/// <param name="High">The inclusive maximum.</param>
internal sealed record FloatRange<TRow>(Func<TRow, float> Get, float Low, float High)
    where TRow : class
{
    // The comparisons are false for NaN.
    public bool Holds(TRow row) => Get(row) is var value && value >= Low && value <= High;
}
