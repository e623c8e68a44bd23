namespace MlOps.Validation;

/// <summary>What to do about a value that the schema does not allow.</summary>
public enum InputPolicy
{
    /// <summary>The row is refused.</summary>
    Reject,

    /// <summary>A number outside its range becomes the nearest bound; any other violation is handled as <see cref="Reject"/>.</summary>
    Clamp,

    /// <summary>The value recorded at training takes its place; without one the row is refused.</summary>
    Impute,

    /// <summary>The value is used as it is, and the prediction carries the violation as a warning.</summary>
    Warn,

    /// <summary>The value is used as it is; only the metrics count it.</summary>
    Observe,
}
