namespace MlOps.Validation;

/// <summary>Specifies the handling of a value that the schema does not allow.</summary>
public enum InputPolicy
{
    /// <summary>Rejects the row.</summary>
    Reject,

    /// <summary>Replaces a number outside its range by the nearest bound. Rejects the row for any other violation.</summary>
    Clamp,

    /// <summary>Replaces the value by <see cref="FeatureSchema.Impute"/>. Rejects the row if the feature has no such value.</summary>
    Impute,

    /// <summary>Uses the value unchanged, and adds the violation to the prediction as a warning.</summary>
    Warn,

    /// <summary>Uses the value unchanged, and counts the violation in the metrics only.</summary>
    Observe,
}
