namespace MlOps.Validation;

/// <summary>The rule for Booleans, dates and binary values, which requires only a value.</summary>
internal readonly struct PresenceRule<T>(FeatureSchema feature) : IValueRule<T>
{
    private readonly bool _isNullable = feature.IsNullable;
    private readonly string _name = feature.Name;

    public bool Holds(T value) => value is not null || _isNullable;

    public IEnumerable<ValueFault<T>> Explain(T value)
    {
        var name = _name;
        return Holds(value) ? [] : [new(InputRule.Required, () => new("a value", "null", ViolationText.Null(ViolationText.Name(name))))];
    }

    public bool TryConvert(object impute, out T value)
    {
        value = impute is T converted ? converted : default!;
        return impute is T;
    }
}
