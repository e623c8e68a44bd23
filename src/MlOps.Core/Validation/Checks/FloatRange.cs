namespace MlOps.Validation;

/// <summary>The range of a property of type <see cref="float"/> that allows neither NaN nor infinities.</summary>
/// <param name="Get">The getter of the property.</param>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest value.</param>
internal sealed record FloatRange<TRow>(Func<TRow, float> Get, float Low, float High)
    where TRow : class
{
    // False for NaN.
    public bool Holds(TRow row) => Get(row) is var value && value >= Low && value <= High;
}
