using System.Collections.Immutable;

namespace MlOps.Registry;

/// <summary>The state of a model.</summary>
internal sealed record ModelState
{
    public static ModelState Empty { get; } = new();

    /// <summary>Gets a value indicating whether the model exists: it was created or has a version, and was not deleted.</summary>
    public bool Exists { get; init; }

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Updated { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Gets the highest number of all versions, including deleted versions.</summary>
    public int LastVersion { get; init; }

    /// <summary>Gets the versions in ascending order of their numbers.</summary>
    public ImmutableList<ModelVersion> Versions { get; init; } = [];

    public ImmutableDictionary<string, ModelAlias> Aliases { get; init; } = ImmutableDictionary<string, ModelAlias>.Empty;

    /// <summary>Gets the last change of each alert, by its key; <see langword="null"/> without alerts, so that a checkpoint of an older version of the
    /// library, which has no alerts, has the same state.</summary>
    public ImmutableDictionary<string, ModelAlert>? Alerts { get; init; }

    /// <summary>Finds the stored spelling of an alias. The search is case-insensitive, unless two stored aliases differ only in case.</summary>
    public string? FindAlias(string alias) => Aliases.ContainsKey(alias) ? alias : NearestName.FindIgnoringCase(alias, Aliases.Keys);

    public ModelVersion? Find(int version) => IndexOf(version) is var index and >= 0 ? Versions[index] : null;

    /// <summary>Finds the index of a version; negative if the version does not exist.</summary>
    public int IndexOf(int version)
    {
        var (low, high) = (0, Versions.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var number = Versions[middle].Number;
            if (number == version)
            {
                return middle;
            }

            (low, high) = number < version ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }
}
