namespace MlOps.Datasets;

/// <summary>A dataset as it was at one moment: what is said of it, and its versions.</summary>
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

    /// <summary>Gets the dataset's name.</summary>
    public string Name { get; }

    /// <summary>Gets the dataset's description.</summary>
    public string? Description { get; }

    /// <summary>Gets the dataset's tags, which are not those of its versions.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; }

    /// <summary>Gets when the first version was recorded, by its author's clock.</summary>
    public DateTimeOffset Created { get; }

    /// <summary>Gets when something was last recorded, by the writer's clock.</summary>
    public DateTimeOffset Updated { get; }

    /// <summary>Gets the versions that are not deleted, in the order of their numbers.</summary>
    public IReadOnlyList<DatasetVersion> Versions { get; }

    /// <summary>Gets the version with the highest number.</summary>
    /// <value><see langword="null"/> if all versions are deleted.</value>
    public DatasetVersion? Newest => Versions.Count == 0 ? null : Versions[^1];
}
