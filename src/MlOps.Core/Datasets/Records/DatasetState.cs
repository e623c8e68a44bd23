using System.Collections.Immutable;
using MlOps.Documents;

namespace MlOps.Datasets;

/// <summary>The state of a dataset.</summary>
internal sealed record DatasetState
{
    public static DatasetState Empty { get; } = new();

    /// <summary>Gets the highest number of all versions, including deleted versions.</summary>
    public int LastNumber { get; init; }

    /// <summary>Gets a value indicating whether the dataset does not exist: it has never had a version, or has had no version since its deletion.</summary>
    public bool IsDeleted { get; init; } = true;

    public string? Description { get; init; }

    // A dictionary that is deserialized from a checkpoint compares keys by culture.
    public ImmutableSortedDictionary<string, string> Tags
    {
        get;
        init => field = (value ?? RecordChange.NoTags).WithComparers(StringComparer.Ordinal);
    } = RecordChange.NoTags;

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset Updated { get; init; }

    /// <summary>Gets the versions in the order of their numbers, without deleted versions.</summary>
    public ImmutableList<DatasetVersion> Versions { get; init => field = value ?? []; } = [];

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

    /// <summary>Creates the exception for a version that does not exist.</summary>
    /// <param name="dataset">The name of the dataset.</param>
    /// <param name="number">The number of the version.</param>
    /// <param name="advice">Additional sentences of the message.</param>
    public VersionNotFoundException NoVersion(string dataset, int number, string advice = "")
    {
        var remedy = (Versions.Count, number <= LastNumber && number > 0) switch
        {
            (0, _) => "All its versions were deleted. Take a snapshot.",
            (_, true) => $"It was deleted. The newest version is {Newest!.Number}.",
            _ => $"Its versions are numbered from {Versions[0].Number} to {Newest!.Number}.",
        };
        return new VersionNotFoundException("dataset", dataset, FormattableString.Invariant($"{number}"), $"{remedy} {advice}".TrimEnd());
    }

    /// <summary>Creates the exception for a dataset that does not exist.</summary>
    public static VersionNotFoundException NoDataset(string dataset) =>
        new("dataset", dataset, version: null, "Check the name, which is case-sensitive, or take the first snapshot of the dataset.");
}
