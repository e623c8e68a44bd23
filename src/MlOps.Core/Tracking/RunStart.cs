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

    /// <summary>Gets what is said of it, in Markdown; can be changed later.</summary>
    public string? Note { get; init; }

    /// <summary>Gets the identifier of the run that it is part of.</summary>
    public string? ParentId { get; init; }

    /// <summary>Gets the seed of its random numbers.</summary>
    /// <value>The default, <see langword="null"/>, is one chosen at random, which is recorded like one that was given.</value>
    public int? Seed { get; init; }

    /// <summary>Gets who starts it.</summary>
    /// <value>The default, <see langword="null"/>, is <see cref="MlOpsOptions.Actor"/>.</value>
    public string? Actor { get; init; }
}
