namespace MlOps.Validation;

/// <summary>The rule for single values of a type.</summary>
/// <remarks>Implementations are structs, so that the JIT compiler inlines the check of a value.</remarks>
internal interface IValueRule<T>
{
    /// <summary>Determines whether a value is allowed.</summary>
    bool Holds(T value);

    /// <summary>Lists the faults of a value.</summary>
    IEnumerable<ValueFault<T>> Explain(T value);

    /// <summary>Converts the value to impute.</summary>
    bool TryConvert(object impute, out T value);
}
