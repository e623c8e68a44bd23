namespace MlOps.Datasets;

/// <summary>A change of what is said of a dataset or of one of its versions, or its deletion. The files of a version never change.</summary>
public sealed class DatasetChange
{
    /// <summary>Gets the number of the version to change.</summary>
    /// <value>The default, <see langword="null"/>, is the dataset itself.</value>
    public int? Version { get; init; }

    /// <summary>Gets the tags to set; those with the value <see langword="null"/> are removed.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets the new description.</summary>
    /// <value>The default, <see langword="null"/>, leaves it as it is; an empty one removes it.</value>
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether to delete the version, or the dataset with all versions.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Delete { get; init; }

    /// <summary>Gets why, for the history.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets who makes the change.</summary>
    /// <value>The default, <see langword="null"/>, is the operating system's user.</value>
    public string? Actor { get; init; }
}
