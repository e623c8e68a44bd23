namespace MlOps.Datasets;

/// <summary>A change of the tags or the description of a dataset or a version, or a deletion. The files of a version cannot be changed.</summary>
public sealed class DatasetChange
{
    /// <summary>Gets the number of the version to change.</summary>
    /// <value>The default, <see langword="null"/>, changes the dataset itself.</value>
    public int? Version { get; init; }

    /// <summary>Gets the tags to set. A tag with the value <see langword="null"/> is removed.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets the new description.</summary>
    /// <value>The default, <see langword="null"/>, leaves the description unchanged. An empty text removes it.</value>
    public string? Description { get; init; }

    /// <summary>Gets a value indicating whether to delete the version, or the dataset with all its versions.</summary>
    /// <value>The default is <see langword="false"/>.</value>
    public bool Delete { get; init; }

    /// <summary>Gets the reason, which the history records.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the actor that makes the change.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
