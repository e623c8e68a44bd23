namespace MlOps.Tracking;

/// <summary>What is to be recorded of a run. What is not given stays.</summary>
public sealed class RunChange
{
    /// <summary>Gets the new name.</summary>
    public string? Name { get; init; }

    /// <summary>Gets parameters to add.</summary>
    /// <value>The default is empty. One that the run has with the same value changes nothing; with another value it is an error. A value has at most 100,000
    /// characters.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets tags to set; a value of <see langword="null"/> removes the tag.</summary>
    public IReadOnlyDictionary<string, string?> Tags { get; init; } = new Dictionary<string, string?>();

    /// <summary>Gets data that the run used, to add.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];

    /// <summary>Gets what is errorText of it, in Markdown; an empty one removes the note.</summary>
    public string? Note { get; init; }

    /// <summary>Gets a value indicating whether the run is deleted (<see langword="true"/>) or restored (<see langword="false"/>).</summary>
    public bool? IsDeleted { get; init; }

    /// <summary>Gets a value indicating whether the run is deleted for good: its metrics are deleted, its artifacts are garbage, and it can neither be found
    /// nor restored. Its history stays.</summary>
    /// <value>The default is <see langword="false"/>. Everything else of the change but <see cref="Reason"/> and <see cref="Actor"/> must be empty
    /// then.</value>
    public bool IsPurged { get; init; }

    /// <summary>Gets the reason of the change, for the history.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the actor of the change.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
