namespace MlOps.Datasets;

/// <summary>A snapshot of a dataset: its description, its tags and its versions.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class Dataset
{
    internal Dataset(string name, DatasetState state)
    {
        Name = name;
        Description = state.Description;
        Tags = state.Tags;
        Created = state.Created;
        Updated = state.Updated;
        Versions = state.Versions;
    }

    /// <summary>Gets the name of the dataset.</summary>
    public string Name { get; }

    /// <summary>Gets the description of the dataset.</summary>
    public string? Description { get; }

    /// <summary>Gets the tags of the dataset. Versions have separate tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; }

    /// <summary>Gets the time at which the first version was recorded, by the clock of the writer.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Gets the time of the last change, by the clock of the writer.</summary>
    public DateTimeOffset Updated { get; }

    /// <summary>Gets the versions in the order of their numbers, without deleted versions.</summary>
    public IReadOnlyList<DatasetVersion> Versions { get; }

    /// <summary>Gets the version with the highest number.</summary>
    /// <value><see langword="null"/> if all versions are deleted.</value>
    public DatasetVersion? Newest => Versions.Count == 0 ? null : Versions[^1];
}
