namespace MlOps.Validation;

/// <summary>A rule of a schema.</summary>
public enum InputRule
{
    /// <summary>There must be a value, and it must not be null.</summary>
    Required,

    /// <summary>A number must not be NaN.</summary>
    NaN,

    /// <summary>A number must not be infinite.</summary>
    Infinity,

    /// <summary>A number must not be less than this.</summary>
    Minimum,

    /// <summary>A number must not be greater than this.</summary>
    Maximum,

    /// <summary>A value must be one of those known.</summary>
    Category,

    /// <summary>A text must have so many characters.</summary>
    Length,

    /// <summary>A text must match.</summary>
    Pattern,

    /// <summary>An array must have so many values.</summary>
    Shape,
}
