namespace MlOps.Validation;

/// <summary>What is inferred of the inputs of a model from its training data.</summary>
public sealed class InputInferenceOptions
{
    /// <summary>Gets how many different texts a feature may have for them to be its categories.</summary>
    /// <value>The default is 50; 0 infers no categories.</value>
    public int MaxCategories { get; init; } = 50;

    /// <summary>Gets how often each category must have been seen on average.</summary>
    /// <value>The default is 10: of texts seen less often there are probably more than the data has.</value>
    public int MinRowsPerCategory { get; init; } = 10;

    /// <summary>Gets how far numbers may be beyond the range that was seen.</summary>
    /// <value>As <see cref="FeatureSchema.Slack"/>; the default is 0.1.</value>
    public double Slack { get; init; } = 0.1;

    /// <summary>Gets what share of rows may have a text that is no category.</summary>
    /// <value>As <see cref="FeatureSchema.MaxUnseenRate"/>; the default is 0.</value>
    public double MaxUnseenRate { get; init; }
}
