using System.Collections.Immutable;

namespace MlOps.Datasets;

/// <summary>What the facts recorded of a dataset fold to.</summary>
/// <param name="LastNumber">The highest number that any version ever had.</param>
/// <param name="IsDeleted">Whether the dataset was deleted and has had no version since.</param>
/// <param name="Tags">The dataset's tags.</param>
/// <param name="Created">When its first version was recorded.</param>
/// <param name="Updated">When something was last recorded.</param>
/// <param name="Versions">The versions that are not deleted, in the order of their numbers.</param>
internal sealed record DatasetState(
    int LastNumber,
    bool IsDeleted,
    IReadOnlyDictionary<string, string> Tags,
    DateTimeOffset Created,
    DateTimeOffset Updated,
    ImmutableList<DatasetVersion> Versions)
{
    public static DatasetState Empty { get; } = new(0, IsDeleted: true, ImmutableSortedDictionary<string, string>.Empty, default, default, []);

    /// <summary>Gets the dataset's description. It is not a parameter, because a checkpoint without a description leaves it out.</summary>
    public string? Description { get; init; }

    public DatasetVersion? Newest => Versions.IsEmpty ? null : Versions[^1];

    public DatasetVersion? FindVersion(int number) => IndexOf(number) is var index and >= 0 ? Versions[index] : null;

    public int IndexOf(int number)
    {
        var (low, high) = (0, Versions.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            switch (Versions[middle].Number.CompareTo(number))
            {
                case 0: return middle;
                case < 0: low = middle + 1; break;
                default: high = middle - 1; break;
            }
        }

        return -1;
    }

    /// <summary>Makes the error of a version that is not there.</summary>
    public VersionNotFoundException NoVersion(string dataset, int number)
    {
        var remedy = (Versions.Count, number <= LastNumber && number > 0) switch
        {
            (0, _) => "It has no versions; they were deleted. Take a snapshot.",
            (_, true) => $"It was deleted. The newest version is {Newest!.Number}.",
            _ => $"Its versions are numbered from {Versions[0].Number} to {Newest!.Number}.",
        };
        return new VersionNotFoundException("dataset", dataset, FormattableString.Invariant($"{number}"), remedy);
    }

    /// <summary>Makes the error of a dataset that is not there.</summary>
    public static VersionNotFoundException NoDataset(string dataset) =>
        new("dataset", dataset, version: null, "Check the name, in which case distinguishes, or take its first snapshot.");
}
