namespace MlOps.Validation;

/// <summary>What values must be of which only their presence is checked: booleans, moments, bytes.</summary>
internal readonly struct PresenceRule<T>(FeatureSchema feature) : IValueRule<T>
{
    private readonly bool _isNullable = feature.IsNullable;
    private readonly string _name = feature.Name;

    public bool Holds(T value) => value is not null || _isNullable;

    public IEnumerable<ValueFault<T>> Explain(T value)
    {
        var name = _name;
        return Holds(value) ? [] : [new(InputRule.Required, () => new("a value", "null", InputText.Null(InputText.Name(name))))];
    }

    public bool TryConvert(object impute, out T value)
    {
        value = impute is T converted ? converted : default!;
        return impute is T;
    }
}
