namespace MlOps.Validation;

/// <summary>What single values of a type must be. Structs implement it, so that the check of a value is compiled into the loop over rows.</summary>
internal interface IValueRule<T>
{
    /// <summary>Tells whether a value is allowed.</summary>
    bool Holds(T value);

    /// <summary>Says what is wrong with a value that is not allowed.</summary>
    IEnumerable<ValueFault<T>> Explain(T value);

    /// <summary>Converts the value to impute.</summary>
    bool TryConvert(object impute, out T value);
}
