namespace MlOps.Validation;

/// <summary>Options for the inference of an input schema from training data.</summary>
public sealed class SchemaInferenceOptions
{
    /// <summary>Gets the maximum number of distinct strings that are treated as categories.</summary>
    /// <value>The default is 50. With 0, no categories are inferred.</value>
    public int MaxCategories { get; init; } = 50;

    /// <summary>Gets the minimum average number of rows for each category.</summary>
    /// <value>The default is 10. If strings repeat less often, the data probably does not contain all of them.</value>
    public int MinRowsPerCategory { get; init; } = 10;

    /// <summary>Gets the margin by which numbers may exceed the observed range.</summary>
    /// <value>The default is 0.1. See <see cref="FeatureSchema.Slack"/>.</value>
    public double Slack { get; init; } = 0.1;

    /// <summary>Gets the fraction of rows that may have a string outside the categories.</summary>
    /// <value>The default is 0. See <see cref="FeatureSchema.MaxUnseenRate"/>.</value>
    public double MaxUnseenRate { get; init; }
}
