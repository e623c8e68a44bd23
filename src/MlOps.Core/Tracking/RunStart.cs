namespace MlOps.Tracking;

/// <summary>The initial properties of a run.</summary>
public sealed class RunStart
{
    /// <summary>Gets the name.</summary>
    /// <value>The default, <see langword="null"/>, is a name that is generated from the date and the identifier of the run.</value>
    public string? Name { get; init; }

    /// <summary>Gets the initial tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the initial parameters. Parameters can be added later but not changed.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the datasets that the run uses.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];

    /// <summary>Gets the note, in Markdown.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the identifier of the parent run.</summary>
    public string? ParentId { get; init; }

    /// <summary>Gets the seed for random numbers.</summary>
    /// <value>The default, <see langword="null"/>, is a random seed, which is recorded.</value>
    public int? Seed { get; init; }

    /// <summary>Gets a value indicating whether the run is shared. A shared run has no owner: any process can append to it after
    /// <see cref="IExperimentTracker.ResumeRunAsync"/>, and the run remains in progress until a process ends it.</summary>
    /// <value>The default is <see langword="false"/>: the process that starts the run owns the run, and the run is treated as interrupted
    /// if the process stops sending heartbeats.</value>
    public bool IsShared { get; init; }

    /// <summary>Gets the actor that starts the run.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
