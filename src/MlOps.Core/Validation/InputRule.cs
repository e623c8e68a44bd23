namespace MlOps.Validation;

/// <summary>Specifies a rule of an input schema.</summary>
public enum InputRule
{
    /// <summary>The value is present and not null.</summary>
    Required,

    /// <summary>The number is not NaN.</summary>
    NaN,

    /// <summary>The number is not infinite.</summary>
    Infinity,

    /// <summary>The number is not less than the minimum.</summary>
    Minimum,

    /// <summary>The number is not greater than the maximum.</summary>
    Maximum,

    /// <summary>The string is one of the categories.</summary>
    Category,

    /// <summary>The length of the string is in the allowed range.</summary>
    Length,

    /// <summary>The string matches the pattern.</summary>
    Pattern,

    /// <summary>The array has the required number of elements.</summary>
    Shape,
}
