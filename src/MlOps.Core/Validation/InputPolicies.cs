namespace MlOps.Validation;

/// <summary>Which policy holds for which feature. The first of these that is set: the feature's here, the feature's in the schema, the default here, the schema's, <see cref="InputPolicy.Reject"/>.</summary>
public sealed class InputPolicies
{
    /// <summary>Gets the policy of features for which nothing else is said.</summary>
    public InputPolicy? Default { get; init; }

    /// <summary>Gets the policies of single features, by the feature's name.</summary>
    public IReadOnlyDictionary<string, InputPolicy> Features { get; init; } = new Dictionary<string, InputPolicy>();

    /// <summary>Gets the policy of a feature.</summary>
    internal InputPolicy Find(InputSchema schema, FeatureSchema feature) =>
        Features.TryGetValue(feature.Name, out var own) ? own : feature.Policy ?? Default ?? schema.Default ?? InputPolicy.Reject;

    /// <summary>Finds the policies of features that are not checked.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="uncheckedFeatures">The features of the schema that are not checked.</param>
    /// <param name="reason">The reason why such a feature is not checked, and the remedy.</param>
    internal IEnumerable<string> FindFaults(InputSchema schema, IReadOnlyList<string> uncheckedFeatures, string reason)
    {
        var names = schema.Features.Select(static feature => feature.Name).ToArray();
        return from name in Features.Keys
               let fault = !names.Contains(name) ? $"the schema has {string.Join(", ", names.Select(static known => $"'{known}'"))}. Name one of these."
                   : uncheckedFeatures.Contains(name) ? reason
                   : null
               where fault is not null
               select $"there is a policy for the feature '{name}', and {fault}";
    }
}
