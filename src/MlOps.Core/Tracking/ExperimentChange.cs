namespace MlOps.Tracking;

/// <summary>What is to be recorded of an experiment. What is not given stays.</summary>
public sealed class ExperimentChange
{
    /// <summary>Gets the new name that it is shown by.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Gets what it is about, in Markdown; an empty one removes it.</summary>
    public string? Description { get; init; }

    /// <summary>Gets tags to set; a value of <see langword="null"/> removes the tag.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets a value indicating whether the experiment is deleted (<see langword="true"/>) or restored (<see langword="false"/>).</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Gets the reason of the change, for the history.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the actor of the change.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
