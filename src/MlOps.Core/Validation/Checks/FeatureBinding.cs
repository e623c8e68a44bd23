using MlOps.Providers;

namespace MlOps.Validation;

/// <summary>Finds which properties stand for which features.</summary>
internal static class FeatureBinding
{
    /// <summary>Pairs features with properties: a whole feature, or single values of a tensor.</summary>
    /// <remarks>A property that is one value of a tensor stands for the feature <c>tensor[3]</c>, or for the one of its own name, or else for the tensor: the first that the schema has.</remarks>
    /// <returns>The pairs in the order of the features, each with the name that violations give.</returns>
    public static IEnumerable<(FeatureSchema Feature, FeatureProperty Property, string Name)> Find(IReadOnlyList<FeatureSchema> features, IReadOnlyList<FeatureProperty> properties)
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

    /// <summary>Names a property that is one value of a tensor.</summary>
    public static string NameOf(FeatureProperty property) => FormattableString.Invariant($"{property.Name}[{property.Index}]");

    private static FeatureSchema? FindValue(IReadOnlyList<FeatureSchema> features, FeatureProperty property) =>
        features.FirstOrDefault(feature => feature.Name == NameOf(property))
        ?? features.FirstOrDefault(feature => FeatureProperty.NamesMatch(feature.Name, property.Property.Name))
        ?? features.FirstOrDefault(feature => feature.Name == property.Name);
}
