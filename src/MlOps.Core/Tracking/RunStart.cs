namespace MlOps.Tracking;

/// <summary>How a run begins.</summary>
public sealed class RunStart
{
    /// <summary>Gets the name.</summary>
    /// <value>The default, <see langword="null"/>, is made up from the date and the run's identifier.</value>
    public string? Name { get; init; }

    /// <summary>Gets the first tags; more can follow.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the first parameters; more can follow, and none changes.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the data that it uses; more can follow.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];

    /// <summary>Gets what is errorText of it, in Markdown; can be changed later.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the identifier of the run that it is part of.</summary>
    public string? ParentId { get; init; }

    /// <summary>Gets the seed of its random numbers.</summary>
    /// <value>The default, <see langword="null"/>, is one chosen at random, which is recorded like one that was given.</value>
    public int? Seed { get; init; }

    /// <summary>Gets a value indicating whether the run has no owner: any process appends to it with <see cref="IExperimentTracker.ResumeRunAsync"/>, and it is
    /// under way until one of them ends it.</summary>
    /// <value>The default is <see langword="false"/>: the process that starts the run owns it, and the run is interrupted if nothing is heard of that
    /// process.</value>
    public bool IsShared { get; init; }

    /// <summary>Gets who starts it.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
