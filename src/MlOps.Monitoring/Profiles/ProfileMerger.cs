namespace MlOps.Monitoring.Profiles;

/// <summary>Merges profiles of the same features.</summary>
internal static class ProfileMerger
{
    public static DataProfile Merge(DataProfile[] profiles)
    {
        var first = profiles[0];
        var merged = new FeatureProfile[first.Features.Count];
        for (var index = 0; index < merged.Length; index++)
        {
            merged[index] = Merge(profiles, first.Features[index], index);
        }

        if (Array.Find(profiles, profile => profile.Features.Count != merged.Length) is { } other)
        {
            var (longer, shorter) = other.Features.Count > merged.Length ? (other, first) : (first, other);
            throw CreateMissing(longer.Features.First(feature => shorter.Find(feature.Name) is null).Name);
        }

        return new DataProfile(profiles.Sum(static profile => profile.Rows), merged);
    }

    private static FeatureProfile Merge(DataProfile[] profiles, FeatureProfile first, int index)
    {
        var features = profiles.Select(profile => Find(profile, first, index));
        if (first.IsText)
        {
            var texts = new TextState(first.Name, first.Known, knowsAll: false, first.Lengths?.BinEdges ?? [], seed: 0);
            foreach (var feature in features)
            {
                texts.Merge(feature);
            }

            return texts.ToProfile();
        }

        var numbers = new NumberState(first.Name, first.BinEdges, seed: 0);
        foreach (var feature in features)
        {
            numbers.Merge(feature);
        }

        return numbers.ToProfile();
    }

    /// <summary>Finds a feature, which usually has the same position in each profile.</summary>
    private static FeatureProfile Find(DataProfile profile, FeatureProfile first, int index)
    {
        var found = (index < profile.Features.Count && profile.Features[index].Name == first.Name ? profile.Features[index] : profile.Find(first.Name))
            ?? throw CreateMissing(first.Name);
        return found.IsText == first.IsText
            ? found
            : throw new ArgumentException(
                $"The profiles of the feature '{first.Name}' cannot be merged: one has {Describe(first)}, and another one has {Describe(found)}. "
                + "Merge profiles of rows with the same types.");
    }

    private static string Describe(FeatureProfile feature) => feature.IsText ? "texts" : "numbers";

    private static ArgumentException CreateMissing(string feature) =>
        new($"The profiles cannot be merged, because only some of them have the feature '{feature}'. Merge profiles of rows with the same columns.");
}
