namespace MlOps.Validation;

/// <summary>Which policy holds for which feature. The first of these that is set: the feature's here, the feature's in the schema, the default here, the schema's, <see cref="InputPolicy.Reject"/>.</summary>
public sealed class InputPolicies
{
    /// <summary>Gets the policy of features for which nothing else is said.</summary>
    public InputPolicy? Default { get; init; }

    /// <summary>Gets the policies of single features, by the feature's name.</summary>
    public IReadOnlyDictionary<string, InputPolicy> Features { get; init; } = new Dictionary<string, InputPolicy>();
}
