namespace MlOps.Validation;

/// <summary>The rule for nullable values.</summary>
/// <param name="feature">The feature.</param>
/// <param name="isPart">
/// <see langword="true"/> for one element of a tensor. Null represents NaN in an element; a nullable feature allows null for the whole tensor.
/// </param>
/// <param name="rule">The rule for values that are not null.</param>
internal readonly struct NullableRule<T, TRule>(FeatureSchema feature, bool isPart, TRule rule) : IValueRule<T?>
    where T : struct
    where TRule : struct, IValueRule<T>
{
    private readonly bool _isNullable = feature.IsNullable || (isPart && feature.AllowNaN);
    private readonly string _name = feature.Name;
    private readonly TRule _rule = rule;

    public bool Holds(T? value) => value.HasValue ? _rule.Holds(value.GetValueOrDefault()) : _isNullable;

    public IEnumerable<ValueFault<T?>> Explain(T? value)
    {
        var name = _name;
        return Holds(value) ? []
            : value is null ? [new(InputRule.Required, () => new("a value", "null", ViolationText.Null(ViolationText.Name(name))))]
            : _rule.Explain(value.Value).Select(static fault =>
                new ValueFault<T?>(fault.Rule, fault.Describe) { CanClamp = fault.CanClamp, Nearest = fault.Nearest });
    }

    public bool TryConvert(object impute, out T? value)
    {
        var isConverted = _rule.TryConvert(impute, out var converted);
        value = converted;
        return isConverted;
    }
}
