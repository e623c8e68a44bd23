using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Maps features to properties.</summary>
internal static class FeatureBinding
{
    /// <summary>Finds the properties of each feature.</summary>
    /// <remarks>
    /// A property that represents one element of a tensor is mapped to the first of these features that exists: <c>tensor[3]</c>, the feature with the name of
    /// the property, the feature of the whole tensor.
    /// </remarks>
    /// <returns>The pairs in the order of the features, each with the feature name for violations.</returns>
    public static IEnumerable<(FeatureSchema Feature, FeatureProperty Property, string Name)> Find(
        IReadOnlyList<FeatureSchema> features, IReadOnlyList<FeatureProperty> properties)
    {
        var values = properties.Where(static property => property.Index is not null).ToLookup(property => FindValue(features, property));
        foreach (var feature in features)
        {
            if (FeatureProperty.Find(properties, feature.Name) is { } whole)
            {
                yield return (feature, whole, feature.Name);
            }

            foreach (var property in values[feature])
            {
                yield return (feature, property, feature.Name == property.Name ? NameOf(property) : feature.Name);
            }
        }
    }

    /// <summary>Gets the feature name of a property that represents one element of a tensor.</summary>
    public static string NameOf(FeatureProperty property) => FormattableString.Invariant($"{property.Name}[{property.Index}]");

    private static FeatureSchema? FindValue(IReadOnlyList<FeatureSchema> features, FeatureProperty property) =>
        features.FirstOrDefault(feature => feature.Name == NameOf(property))
        ?? features.FirstOrDefault(feature => FeatureProperty.NamesMatch(feature.Name, property.Property.Name))
        ?? features.FirstOrDefault(feature => feature.Name == property.Name);
}
