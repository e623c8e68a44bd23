using System.Globalization;
using System.Numerics;

namespace MlOps.Validation;

/// <summary>The rule for numbers.</summary>
internal readonly struct NumberRule<T> : IValueRule<T>
    where T : struct, INumber<T>, IMinMaxValue<T>
{
    private readonly T _low;
    private readonly T _high;
    private readonly bool _allowsNaN;
    private readonly bool _allowsNonFinite;
    private readonly FeatureSchema _feature;

    /// <summary>Initializes a new instance of the <see cref="NumberRule{T}"/> struct.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="allowsMissing"><see langword="true"/> to allow NaN as the missing value, independently of <see cref="FeatureSchema.AllowNaN"/>.</param>
    public NumberRule(FeatureSchema feature, bool allowsMissing = false)
    {
        _feature = feature;
        _allowsNaN = feature.AllowNaN || allowsMissing;
        _allowsNonFinite = _allowsNaN || feature.AllowInfinity;
        var (low, high) = NumberRange.Of(feature);
        _low = low is { } least ? NumberRange.Least<T>(least) : T.MinValue;
        _high = high is { } greatest ? NumberRange.Greatest<T>(greatest) : T.MaxValue;
    }

    /// <summary>Gets the range, or <see langword="null"/> if NaN or infinities are allowed.</summary>
    public (T Low, T High)? Finite => _allowsNonFinite ? null : (_low, _high);

    // Both comparisons are false for NaN, and the bounds are finite.
    public bool Holds(T value) => (value >= _low && value <= _high) || (_allowsNonFinite && IsAllowedNonFinite(value));

    public IEnumerable<ValueFault<T>> Explain(T value)
    {
        if (Holds(value))
        {
            return [];
        }

        var (feature, isFinite) = (_feature, !T.IsNaN(value) && !T.IsInfinity(value));
        var rule = T.IsNaN(value) ? InputRule.NaN : !isFinite ? InputRule.Infinity : value < _low ? InputRule.Minimum : InputRule.Maximum;
        var nearest = !isFinite ? default : rule == InputRule.Minimum ? _low : _high;
        return [new(rule, () => Describe(feature, rule, value)) { CanClamp = isFinite, Nearest = nearest }];
    }

    public bool TryConvert(object impute, out T value) => ImputedNumber.TryGet(impute, out value);

    private static ValueFaultText Describe(FeatureSchema feature, InputRule rule, T value)
    {
        var found = value.ToString(null, CultureInfo.InvariantCulture);
        var name = ViolationText.Name(feature.Name);
        return rule switch
        {
            InputRule.NaN => new("a number", found, $"write \"allowNaN\": true for {name}"),
            InputRule.Infinity => new("a finite number", found, $"write \"allowInfinity\": true for {name}"),
            InputRule.Minimum => new(NumberRange.Describe(feature), found, ViolationText.Change("lower", "minimum", feature.Minimum!.Value, found, name)),
            _ => new(NumberRange.Describe(feature), found, ViolationText.Change("raise", "maximum", feature.Maximum!.Value, found, name)),
        };
    }

    private bool IsAllowedNonFinite(T value) => (_allowsNaN && T.IsNaN(value)) || (_feature.AllowInfinity && T.IsInfinity(value));
}
