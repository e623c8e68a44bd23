namespace MlOps.Tracking;

/// <summary>An update to an experiment; null properties are left unchanged.</summary>
public sealed class ExperimentChange
{
    /// <summary>Gets the new display name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Gets the new description, in Markdown. An empty string removes the description.</summary>
    public string? Description { get; init; }

    /// <summary>Gets the tags to set. A <see langword="null"/> value removes the tag.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets a value indicating whether to delete (<see langword="true"/>) or restore (<see langword="false"/>) the
    /// experiment.</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Gets the reason for the change, which is recorded in the history.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the actor of the change.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
