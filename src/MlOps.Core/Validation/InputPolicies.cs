namespace MlOps.Validation;

/// <summary>The policies for invalid values, which override those of the schema.</summary>
/// <remarks>
/// The policy of a feature is the first of these that is set: the entry in <see cref="Features"/>, <see cref="FeatureSchema.Policy"/>,
/// <see cref="Default"/>, <see cref="InputSchema.DefaultPolicy"/>, <see cref="InputPolicy.Reject"/>.
/// </remarks>
public sealed class InputPolicies
{
    /// <summary>Gets the policy of features without a policy of their own.</summary>
    public InputPolicy? Default { get; init; }

    /// <summary>Gets the policies of individual features by name.</summary>
    public IReadOnlyDictionary<string, InputPolicy> Features { get; init; } = new Dictionary<string, InputPolicy>();

    /// <summary>Gets the policy of a feature.</summary>
    internal InputPolicy Find(InputSchema schema, FeatureSchema feature) =>
        Features.TryGetValue(feature.Name, out var own) ? own : feature.Policy ?? Default ?? schema.DefaultPolicy ?? InputPolicy.Reject;

    /// <summary>Finds the policies of features that are not validated.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="uncheckedFeatures">The features of the schema that are not validated.</param>
    /// <param name="reason">The reason why such a feature is not validated, and the remedy.</param>
    internal IEnumerable<string> FindFaults(InputSchema schema, IReadOnlyList<string> uncheckedFeatures, string reason)
    {
        var names = schema.Features.Select(static feature => feature.Name).ToArray();
        var known = string.Join(", ", names.Select(static name => $"'{name}'"));
        return from name in Features.Keys
               let fault = !names.Contains(name) ? $"the schema has only {known}. Use one of these names."
                   : uncheckedFeatures.Contains(name) ? reason
                   : null
               where fault is not null
               select $"there is a policy for the feature '{name}', but {fault}";
    }
}
